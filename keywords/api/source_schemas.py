"""How a source is doing, as the API tells it."""

from datetime import datetime

from ninja import Field, Schema

from keywords.breaking import State
from keywords.source_standing import Standing


class BreakerOut(Schema):
    state: State
    until: datetime | None = Field(description="When one keyword tries the source again.")
    refused_at: datetime | None = Field(description="The last refusal; null: none is known.")
    outcome: str = Field(description="Of the last refusal.")
    reason: str
    evidence: str = Field(description="What was seen.")


class AnswersOut(Schema):
    good: int
    tried: int = Field(description="Of the last 50.")


class BudgetOut(Schema):
    span: str = Field(description="day or month")
    limit: int
    used: int
    left: int
    until: datetime = Field(description="When the next span begins.")


class SourceOut(Schema):
    name: str
    engine: str
    title: str
    label: str = Field(description="What to expect of it.")
    made_up: bool = Field(description="Whether its results are invented.")
    enabled: bool
    is_default: bool
    state: Standing
    paused: bool
    cooling_until: datetime | None
    reason: str = Field(description="Why it is paused or cooling down.")
    rate_limit: int | None = Field(description="Searches in a period; null: no limit.")
    rate_period: float = Field(description="Seconds.")
    slowdown: float = Field(description="How many times longer a period lasts for now.")
    breaker: BreakerOut
    answers: AnswersOut
    budgets: list[BudgetOut]
    alarms: list[str]
