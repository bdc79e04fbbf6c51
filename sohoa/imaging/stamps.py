"""Stamps in red ink, and boxed stamps that stand askew: found by shape, set upright one by one and read alone.

The page itself is read with its red ink whitened (red seals hurt more than they help), and the engine reads nothing
that is turned by some degrees; both would lose the stamps of secrecy and urgency.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from sohoa.imaging.picture import Pixels
from sohoa.imaging.stampframe import Mask, letters_of, turned_by, without_frame
from sohoa.models import StampReading

ReadStamp = Callable[[Pixels], tuple[str, float]]
"""Reads one line or two, dark on white, upright, at about 200 dpi: the text and its confidence 0–1."""

_SEEK_DPI = 150.0
_EXCESS, _SHARE = 38, 0.00004
"""Red over the page's own tint; a stamp of 20 × 8 mm inks about 0.0003 of A4."""
_LONG, _SHORT, _ROUND = (8.0, 90.0), (3.0, 34.0), 1.15
"""Millimetres: TT 24/2020/TT-BCA has 20 × 8 to 40 × 8, urgency 30 × 8; arrows and two lines go beyond. Seals are round."""
_JOIN = 3.6
"""Millimetres between the letters of one stamp, at most."""
_MOST = 8
_LETTER_PIXELS = 34.0
_GOOD = 0.8
_ASKEW = 2.5
"""Degrees; what stands straighter in dark ink is read with the page."""


@dataclass(frozen=True)
class _Candidate:
    """Ink of one stamp: a mask of its box, the corner of the box in the picture, and the angles to try."""

    ink: Mask
    corner: tuple[int, int]
    angles: tuple[float, ...]


def read_stamps(image: Pixels, dpi: float, read: ReadStamp) -> tuple[StampReading, ...]:
    """All stamps of an upright page, HxWx3 uint8 RGB or HxW gray; boxes in pixels of the image.

    `read` is called at most 32 times, and not at all on a page without red ink and askew boxes; its errors pass through.
    A stamp that reads two ways comes twice: the caller looks for what it knows in both.
    """
    found: list[StampReading] = []
    scale = min(1.0, _SEEK_DPI / dpi)
    for ink, candidates in _sources(image, dpi, scale):
        for candidate in candidates[:_MOST]:
            found += _readings(candidate, ink, scale, dpi, read)
    return tuple(found)


def has_red_ink(image: Pixels) -> bool:
    """The cheap test: whether enough pixels of an RGB image are red for a stamp (a few milliseconds)."""
    if image.ndim == 2:
        return False
    step = max(1, min(image.shape[:2]) // 600)
    return bool((_redness(np.ascontiguousarray(image[::step, ::step])) > _EXCESS).mean() > _SHARE)


def _sources(image: Pixels, dpi: float, scale: float) -> Iterator[tuple[Pixels, list[_Candidate]]]:
    """Ink (dark on white, full size) with the stamps seen in it: red ink first, then dark boxes that stand askew."""
    per_mm = dpi * scale / 25.4
    if has_red_ink(image):
        red = _redness(image)
        small = _shrunk(red, scale)
        ink = np.where(small > _EXCESS, 255, 0).astype(np.uint8)
        blobs = _blobs(ink, per_mm)
        # Most pages with red ink bear a round seal and nothing else: no picture is made for them.
        if blobs:
            yield _red_picture(image, red), blobs
    gray = image if image.ndim == 2 else np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), np.uint8)
    small = _shrunk(gray, scale)
    dark = np.where(small < 0.62 * float(np.median(small[::4, ::4])), 255, 0).astype(np.uint8)
    yield gray, _askew_boxes(dark, per_mm)


def _redness(image: Pixels) -> Pixels:
    """Red over green and blue, less the tint of the paper."""
    r, g, b = cv2.split(image)
    excess = np.asarray(cv2.subtract(r, cv2.max(g, b)), np.uint8)
    tint = int(np.median(excess[::8, ::8]))
    return np.asarray(cv2.subtract(excess, np.full_like(excess, tint)), np.uint8) if tint else excess


def _red_picture(image: Pixels, red: Pixels) -> Pixels:
    """Red ink dark on white with the sharpness of the light channel: JPEG keeps colour at half the size only."""
    near = cv2.dilate(np.where(red > _EXCESS, 255, 0).astype(np.uint8), np.ones((3, 3), np.uint8))
    green = cv2.min(image[..., 1], image[..., 2])
    # Black letters under the stamp are dark in red as well.
    black = (image[..., 0] < 0.45 * float(np.median(image[::8, ::8, 0]))) & (red < _EXCESS)
    kept = (near > 0) & ~black
    if not kept.any():
        return np.full(red.shape, 255, np.uint8)
    low, high = np.percentile(green[kept], 10), float(np.median(green[::8, ::8]))
    stretched = np.clip((green.astype(np.float32) - low) * (255.0 / max(30.0, high - low)), 0, 255)
    return np.where(kept, stretched, 255).astype(np.uint8)


def _shrunk(picture: Pixels, scale: float) -> Pixels:
    if scale > 0.99:
        return picture
    return np.asarray(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)


def _blobs(ink: Mask, per_mm: float) -> list[_Candidate]:
    """Groups of ink of a stamp's size, largest first."""
    reach = max(3, round(_JOIN * per_mm)) | 1
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach)))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    found: list[tuple[float, _Candidate]] = []
    for label in range(1, count):
        x, y, w, h, area = (int(v) for v in stats[label])
        if area < 14 * per_mm * per_mm:
            continue
        part = np.where(labels[y : y + h, x : x + w] == label, ink[y : y + h, x : x + w], 0).astype(np.uint8)
        if _stamp_sized(part, per_mm):
            found.append((float(area), _Candidate(part, (x, y), _angles(part))))
    return [c for _, c in sorted(found, key=lambda item: -item[0])]


def _askew_boxes(dark: Mask, per_mm: float) -> list[_Candidate]:
    """Closed frames of a stamp's size in dark ink that stand askew, with what is inside."""
    closed = cv2.morphologyEx(dark, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    contours, _ = cv2.findContours(closed, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    found: list[tuple[float, _Candidate]] = []
    seen: list[tuple[float, float]] = []
    for contour in contours:
        (cx, cy), (w, h), _ = rect = cv2.minAreaRect(contour)
        if not _fits(w / per_mm, h / per_mm) or cv2.contourArea(contour) < 0.82 * w * h:
            continue
        angle = _long_side(rect)
        if abs(angle) < _ASKEW or abs(abs(angle) - 90) < _ASKEW or any(abs(cx - a) + abs(cy - b) < 4 for a, b in seen):
            continue
        seen.append((cx, cy))
        x, y, wide, high = cv2.boundingRect(contour)
        inside = np.zeros((high, wide), np.uint8)
        cv2.fillPoly(inside, [contour - np.array([[x, y]])], 255)
        part = cv2.bitwise_and(dark[y : y + high, x : x + wide], inside)
        found.append((w * h, _Candidate(np.asarray(part, np.uint8), (x, y), (angle,))))
    return [c for _, c in sorted(found, key=lambda item: -item[0])]


def _stamp_sized(part: Mask, per_mm: float) -> bool:
    points = cv2.findNonZero(part)
    _, (w, h), _ = cv2.minAreaRect(points)
    return _fits(w / per_mm, h / per_mm)


def _fits(w: float, h: float) -> bool:
    long, short = max(w, h), min(w, h)
    if not (_LONG[0] <= long <= _LONG[1] and _SHORT[0] <= short <= _SHORT[1]):
        return False
    return long >= _ROUND * short


def _angles(part: Mask) -> tuple[float, ...]:
    """Angles under which the writing may stand: of the letters inside the frame, and of the whole."""
    letters = without_frame(part)
    found: list[float] = []
    for mask in (part, letters):
        points = cv2.findNonZero(mask)
        if points is None or len(points) < 30:
            continue
        angle = _long_side(cv2.minAreaRect(points))
        if not any(abs(angle - a) < 2.0 for a in found):
            found.append(angle)
    return tuple(found) or (0.0,)


def _long_side(rect: object) -> float:
    """Clockwise degrees of a rectangle's long side against the page, over −90 up to 90."""
    corners = cv2.boxPoints(rect)  # type: ignore[call-overload]
    edges = np.diff(np.vstack([corners, corners[:1]]), axis=0)
    dx, dy = max(edges[:2], key=lambda e: float(np.hypot(*e)))
    angle = float(np.degrees(np.arctan2(dy, dx)))
    return (angle + 90.0) % 180.0 - 90.0


def _readings(candidate: _Candidate, ink: Pixels, scale: float, dpi: float, read: ReadStamp) -> Iterator[StampReading]:
    """The best reading of a stamp over its angles both ways up, and the second where it is another text."""
    rows, columns = candidate.ink.shape
    x, y = candidate.corner
    box = (x / scale, y / scale, (x + columns) / scale, (y + rows) / scale)
    tries: list[tuple[float, str, float]] = []
    for angle in candidate.angles:
        for turned in (angle, angle + 180.0 if angle <= 0 else angle - 180.0):
            picture = _upright(candidate, ink, scale, dpi, turned)
            if picture is None:
                continue
            text, confidence = read(picture)
            letters = sum(c.isalpha() for c in text)
            if letters >= 2:
                tries.append((confidence, " ".join(text.split()), turned))
            if letters >= 3 and confidence >= _GOOD:
                break
    tries.sort(reverse=True)
    for n, (confidence, text, turned) in enumerate(tries[:3]):
        if n == 0 or text not in {t for _, t, _ in tries[:n]}:
            yield StampReading(text=text, box=box, angle=round(turned, 1), confidence=round(confidence, 3))


def _upright(candidate: _Candidate, ink: Pixels, scale: float, dpi: float, angle: float) -> Pixels | None:
    """The stamp's letters set level, frame removed, dark on white with a margin, letters of a good size for reading."""
    rows, columns = candidate.ink.shape
    x0, y0 = (round(v / scale) for v in candidate.corner)
    x1, y1 = (
        min(round((c + n) / scale), s)
        for c, n, s in zip(candidate.corner, (columns, rows), ink.shape[::-1], strict=True)
    )
    crop = ink[y0:y1, x0:x1]
    if crop.size == 0:
        return None
    near = cv2.dilate(candidate.ink, np.ones((3, 3), np.uint8))
    mask = cv2.resize(np.asarray(near, np.uint8), (crop.shape[1], crop.shape[0]), interpolation=cv2.INTER_NEAREST)
    crop = np.where(mask > 0, crop, 255).astype(np.uint8)
    level = turned_by(crop, angle)
    inked = np.where(level < 150, 255, 0).astype(np.uint8)
    letters = letters_of(inked, dpi)
    points = cv2.findNonZero(letters)
    if points is None:
        return None
    left, top, wide, high = cv2.boundingRect(points)
    if wide < 8 or high < 8:
        return None
    keep = cv2.dilate(letters, np.ones((3, 3), np.uint8))
    clean = np.where(keep > 0, level, 255).astype(np.uint8)[top : top + high, left : left + wide]
    # One line with marks above and below is 1.5 letters high.
    factor = max(0.25, min(2.0, 1.5 * _LETTER_PIXELS * _lines(letters[top : top + high]) / high))
    clean = np.asarray(
        cv2.resize(clean, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC),
        np.uint8,
    )
    return np.asarray(cv2.copyMakeBorder(clean, 24, 24, 24, 24, cv2.BORDER_CONSTANT, value=255), np.uint8)


def _lines(letters: Mask) -> int:
    """How many lines of writing: bands of ink that are high enough for letters; marks above and below are not."""
    inked = (letters.max(axis=1) > 0).astype(np.int8)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], inked, [0]])))
    heights = edges[1::2] - edges[::2]
    return max(1, int((heights > 0.25 * letters.shape[0]).sum()))
