"""What doctor finds."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from pytest_django import Settings

from keywords.models import Source
from scraper_app.diagnosis import Finding, check_data_folder, examine
from scraper_app.static_files import are_static_files_current, ensure_static_files

pytestmark = pytest.mark.django_db


def find(subject: str) -> Finding:
    return next(finding for finding in examine() if finding.subject == subject)


class TestExamine:
    def test_counts_migrations_that_are_not_applied(self) -> None:
        MigrationRecorder.Migration.objects.filter(app="jobs").latest("id").delete()
        assert find("migrations") == Finding(
            "migrations", False, "1 not applied: run `manage.py migrate`"
        )

    def test_says_that_no_worker_reports(self) -> None:
        assert find("worker") == Finding("worker", False, "No worker node has reported yet.")

    def test_tells_of_a_source_that_cools_down(self) -> None:
        source = Source.objects.get(name="practice")
        source.queue.cooling_until = timezone.now() + timedelta(minutes=5)
        source.queue.cooling_reason = "It asked for a captcha."
        source.queue.save()
        finding = find("source practice")
        assert not finding.ok
        assert "It asked for a captcha." in finding.words

    def test_takes_a_pause_for_somebodys_wish(self) -> None:
        source = Source.objects.get(name="practice")
        source.queue.paused_at = timezone.now()
        source.queue.paused_by = "op@example.org"
        source.queue.save()
        assert find("source practice") == Finding(
            "source practice", True, "paused by op@example.org, 0 jobs waiting"
        )

    def test_misses_a_source(self) -> None:
        Source.objects.update(enabled=False)
        assert not find("sources").ok

    def test_names_a_folder_that_is_not_there(self, tmp_path: Path) -> None:
        assert not check_data_folder(tmp_path / "gone").ok


class TestCommand:
    def test_ends_with_1_where_something_is_wrong(self, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit) as caught:
            call_command("doctor")
        assert caught.value.code == 1
        assert "problem  worker: No worker node" in capsys.readouterr().out


class TestStaticFiles:
    @pytest.fixture(autouse=True)
    def one_file(self, tmp_path: Path, settings: Settings) -> Path:
        source = tmp_path / "source" / "site.css"
        source.parent.mkdir()
        source.write_text("a { color: red }\n" * 100)
        settings.STATICFILES_DIRS = [source.parent]
        settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
        settings.STATIC_ROOT = tmp_path / "made"
        settings.STORAGES = {
            **settings.STORAGES,
            "staticfiles": {"BACKEND": "scraper_app.static_storage.StaticStorage"},
        }
        return source

    def list_made(self, root: Path) -> set[str]:
        return {path.name for path in root.iterdir()}

    def test_are_made_with_hashed_names_and_compressed(self, tmp_path: Path) -> None:
        ensure_static_files()
        made = self.list_made(tmp_path / "made")
        assert {name.rsplit(".", 1)[1] for name in made if name.startswith("site.")} == {
            "css",
            "gz",
            "br",
        }
        assert "site.css" not in made

    def test_are_left_alone_until_a_source_changes(self, tmp_path: Path, one_file: Path) -> None:
        ensure_static_files()
        assert are_static_files_current()
        before = self.list_made(tmp_path / "made")
        one_file.write_text("b { color: blue }")
        assert not are_static_files_current()
        ensure_static_files()
        after = self.list_made(tmp_path / "made")
        assert before - {".made-from", "staticfiles.json"} != after - {
            ".made-from",
            "staticfiles.json",
        }
        assert not any(name in after for name in before if name.startswith("site."))
