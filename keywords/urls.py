"""The pages' addresses."""

from django.urls import path

from keywords.account_urls import urlpatterns as account_urls
from keywords.list_urls import urlpatterns as list_urls
from keywords.owner_urls import urlpatterns as owner_urls
from keywords.page_urls import urlpatterns as page_urls
from keywords.views.check import (
    correct_draft,
    download_problems,
    read_again,
    show_draft,
    start_list_of,
    take_first,
)
from keywords.views.demo import show_demo, show_demo_keyword, show_demo_page
from keywords.views.domains import show_comparison, show_domains
from keywords.views.find import find, suggest
from keywords.views.holding import pause, resume
from keywords.views.home import home
from keywords.views.import_report import show_import
from keywords.views.keyword_page import rerun_keyword, show_keyword
from keywords.views.list_actions import cancel_waiting, remove_list, rerun_list
from keywords.views.list_page import show_list
from keywords.views.live_rows import show_changes
from keywords.views.new_list import new_list, sample_file, template_file, use_sample
from keywords.views.queue_pill import show_pill, show_queue
from keywords.views.saved_page import download_page, show_marked_page, show_page, show_source
from keywords.views.search import download_found, search_results
from keywords.views.source_tests import ask_source, close_now, show_check
from keywords.views.sources import show_source as show_one_source
from keywords.views.sources import show_sources
from keywords.views.theme import switch_theme

urlpatterns = [
    *page_urls,
    path("", home, name="home"),
    path("demo", show_demo, name="demo"),
    path("demo/<int:number>", show_demo_keyword, name="demo-keyword"),
    path("demo/<int:number>/page", show_demo_page, name="demo-page"),
    path("lists/new", new_list, name="list-new"),
    path("lists/sample.csv", sample_file, name="list-sample"),
    path("lists/template.csv", template_file, name="list-template"),
    path("lists/sample", use_sample, name="list-from-sample"),
    *owner_urls,
    *account_urls,
    path("drafts/<int:pk>", show_draft, name="draft"),
    path("drafts/<int:pk>/read", read_again, name="draft-read"),
    path("drafts/<int:pk>/correct", correct_draft, name="draft-correct"),
    path("drafts/<int:pk>/take", take_first, name="draft-take"),
    path("drafts/<int:pk>/start", start_list_of, name="draft-start"),
    path("drafts/<int:pk>/problems.csv", download_problems, name="draft-problems"),
    path("lists/<int:pk>", show_list, name="list"),
    path("lists/<int:pk>/rows", show_changes, name="list-rows"),
    path("lists/<int:pk>/import", show_import, name="list-import"),
    path("lists/<int:pk>/rerun", rerun_list, name="list-rerun"),
    path("lists/<int:pk>/cancel", cancel_waiting, name="list-cancel"),
    path("lists/<int:pk>/pause", pause, name="list-pause"),
    path("lists/<int:pk>/resume", resume, name="list-resume"),
    path("lists/<int:pk>/delete", remove_list, name="list-delete"),
    path("keywords/<int:pk>", show_keyword, name="keyword"),
    path("keywords/<int:pk>/rerun", rerun_keyword, name="keyword-rerun"),
    path("searches/<int:pk>/page", show_page, name="search-page"),
    path("searches/<int:pk>/marked", show_marked_page, name="search-marked"),
    path("searches/<int:pk>/source", show_source, name="search-source"),
    path("searches/<int:pk>/raw", download_page, name="search-raw"),
    *list_urls,
    path("queue", show_queue, name="queue"),
    path("queue/pill", show_pill, name="queue-pill"),
    path("domains", show_domains, name="domains"),
    path("domains/compare", show_comparison, name="domains-compare"),
    path("find", find, name="find"),
    path("find/suggest", suggest, name="find-suggest"),
    path("search", search_results, name="search"),
    path("search.csv", download_found, name="search-download"),
    path("sources", show_sources, name="sources"),
    path("sources/checks/<int:pk>", show_check, name="source-check"),
    path("sources/<slug:name>", show_one_source, name="source"),
    path("sources/<slug:name>/test", ask_source, name="source-test"),
    path("sources/<slug:name>/close", close_now, name="source-close"),
    path("theme", switch_theme, name="theme"),
]
