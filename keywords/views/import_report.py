"""`/lists/ID/import`: every row of the upload that became no keyword, and why. Kept as long as the list."""

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from keywords.views.access import SignedInRequest, signed_in
from keywords.views.finding import find_list
from keywords.views.paging import take_page

ROWS_A_PAGE = 200


@require_safe
@signed_in
def show_import(request: SignedInRequest, pk: int) -> HttpResponse:
    keyword_list = find_list(request, pk)
    skipped = keyword_list.skipped_rows.all()
    reasons = skipped.order_by("reason").values_list("reason").annotate(n=Count("pk"))
    context = {
        "list": keyword_list,
        "imported": keyword_list.imported,
        # Reasons that name a row of their own would be as many as the rows.
        "reasons": reasons.filter(n__gt=1).order_by("-n")[:6],
        "page": take_page(skipped, request.GET, ROWS_A_PAGE),
    }
    return render(request, "keywords/import_report.html", context)
