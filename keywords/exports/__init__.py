"""Keywords and their results as files: a shape (what a row is) written in a format."""

from keywords.exports.formats import FORMATS, Format
from keywords.exports.shapes import SHAPES, Shape
from keywords.exports.writing import Export, export_keywords

__all__ = ["FORMATS", "SHAPES", "Export", "Format", "Shape", "export_keywords"]
