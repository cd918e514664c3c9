"""Colours: everything leaves this room as plain sRGB, because the profile that explained it is thrown away."""

from __future__ import annotations

import io

from PIL import Image, ImageCms

#: the colour space a profile describes -> the modes it can explain
_SPACES = {"RGB": ("RGB",), "GRAY": ("L",), "CMYK": ("CMYK",)}
#: grey of this level and lighter has less than 1.5 : 1 against white
_PALE = 212
_SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """The same picture in sRGB, mode RGB. ``image`` is RGB, L or CMYK; ``profile`` its ICC profile, if any.

    Without a profile RGB and grey count as sRGB and CMYK is converted by the simple rule. A profile that cannot be
    read, or that explains another kind of picture, counts as none.
    """
    converted = _converted(image, profile) if profile else None
    return converted or image.convert("RGB")


def _converted(image: Image.Image, profile: bytes) -> Image.Image | None:
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        space = source.profile.xcolor_space.strip()
        if space == "RGB" and image.mode == "L":
            image = image.convert("RGB")
        if image.mode not in _SPACES.get(space, ()):
            return None
        return ImageCms.profileToProfile(
            image,
            source,
            _SRGB,
            renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
            outputMode="RGB",
            flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None


def opaque(image: Image.Image) -> Image.Image:
    """The picture on white paper, as RGB, L or CMYK: no alpha, no palette, 8 bits for each channel."""
    if image.mode in ("LA", "La"):
        grey = image.convert("LA")
        paper = Image.new("L", image.size, 255)
        paper.paste(grey.getchannel("L"), mask=grey.getchannel("A"))
        return paper
    if image.mode in ("RGBA", "RGBa", "PA") or image.has_transparency_data:
        seen = image.convert("RGBA")
        paper = Image.new("RGB", image.size, (255, 255, 255))
        paper.paste(seen, mask=seen.getchannel("A"))
        return paper
    if image.mode.startswith("I;16"):
        return image.point(lambda level: level / 256, "L")
    if image.mode in ("RGB", "L", "CMYK"):
        return image
    return image.convert("L" if image.mode == "1" else "RGB")


def is_nearly_white(image: Image.Image) -> bool:
    """Whether hardly anything of the picture (a 200th) would be seen on white paper."""
    levels = image.convert("L").histogram()
    return sum(levels[:_PALE]) * 200 < sum(levels)


def dominant(image: Image.Image) -> str:
    """The colour that fills most of an RGB picture, as ``#rrggbb``: the placeholder while it loads."""
    few = image.resize((48, 48), Image.Resampling.BOX).quantize(6, Image.Quantize.MEDIANCUT)
    palette = few.getpalette() or []
    index = max(few.getcolors() or [(0, 0)])[1]
    assert isinstance(index, int)
    red, green, blue = palette[index * 3 : index * 3 + 3]
    return f"#{red:02x}{green:02x}{blue:02x}"
