"""Which request meets which fault."""

import pytest

from serp.practice.faults import FaultPlan, UnknownFault, read_shares


class TestReadShares:
    def test_reads_names_and_shares(self) -> None:
        assert read_shares("429=0.05, captcha=0.02,") == {"429": 0.05, "captcha": 0.02}

    def test_a_name_alone_means_always(self) -> None:
        assert read_shares("503") == {"503": 1.0}

    def test_knows_other_names_for_faults(self) -> None:
        assert read_shares("slow=0.5") == {"drip": 0.5}

    @pytest.mark.parametrize("text", ["plague=0.1", "429=often", "429=0.6,503=0.6", "429=-1"])
    def test_refuses_what_makes_no_sense(self, text: str) -> None:
        with pytest.raises(ValueError, match=r".+"):
            read_shares(text)

    def test_tells_what_it_knows(self) -> None:
        with pytest.raises(UnknownFault, match="captcha"):
            read_shares("plague")


class TestFaultPlan:
    def test_is_good_without_faults(self) -> None:
        assert FaultPlan({}).choose("anything") == ""

    def test_a_keyword_can_ask_for_a_fault(self) -> None:
        plan = FaultPlan({})
        assert [plan.choose("shoes fault:captcha") for _ in range(3)] == ["captcha"] * 3

    def test_a_keyword_can_ask_for_some_failures_first(self) -> None:
        plan = FaultPlan({"429": 1.0})
        assert [plan.choose("fault:503x2 shoes") for _ in range(4)] == ["503", "503", "", ""]

    def test_counts_keywords_apart(self) -> None:
        plan = FaultPlan({})
        assert [plan.choose(f"fault:503x1 {name}") for name in "aab"] == ["503", "", "503"]

    def test_an_unknown_fault_in_a_keyword_is_just_a_word(self) -> None:
        assert FaultPlan({}).choose("fault:plague") == ""

    def test_shares_hold_over_many_keywords(self) -> None:
        plan = FaultPlan({"429": 0.2, "503": 0.1})
        chosen = [plan.choose(f"keyword {number}") for number in range(3000)]
        assert 500 < chosen.count("429") < 700
        assert 230 < chosen.count("503") < 370

    def test_dice_fall_alike_in_every_run_and_anew_for_every_attempt(self) -> None:
        plans = [FaultPlan({"503": 0.5}), FaultPlan({"503": 0.5})]
        runs = [[plan.choose("shoes") for _ in range(30)] for plan in plans]
        assert runs[0] == runs[1]
        assert set(runs[0]) == {"503", ""}
