"""The pictures from the workshop: making and mending."""

import random

from .bags import HEIGHTS, REACHES, draw_bag
from .canvas import Canvas, Pen
from .clothes import draw_apron
from .palette import COLORS, DUSK, THREAD, WHITE, mix
from .people import draw_arm, draw_person
from .rooms import (
    draw_room_for,
    draw_spool,
    draw_table,
)  # fmt: skip
from .scenes import Props, ratio
from .shapes import Stroke, box, oval, rounded, smooth


def workshop(canvas: Canvas, props: Props) -> None:
    """At the bench, with tools on the wall and a bag half done."""
    rng, high = props.rng, ratio(canvas)
    props.wall = rng.choice(("tea", "sand", "mint", "denim", "cream"))
    page = draw_room_for(canvas, rng, props.wall, "tea", 0.86, rng.choice(("sunlight", "stripes", "window")))
    _draw_tools(page, high, rng)
    look = props.look()
    unit = 0.3 * min(1, high + 0.08)
    person = page.at(0.44, high * 0.78 - unit * 0.98, unit)
    torso = draw_person(person, look, length=1.6, tilt=7)
    draw_apron(person, COLORS["cocoa"], torso)
    draw_table(page, high * 0.78, COLORS["camel"])
    shape = props.pick_shape("saddle", "satchel", "doctor", "clutch", "hobo")
    width = 0.34 * min(1, high + 0.1)
    draw_bag(page.at(0.62, high * 0.89, width), shape, props.hide, rng, extras=())
    down = (high * 0.89 - width * HEIGHTS[shape] * 0.6 - (high * 0.78 - unit * 0.98)) / unit
    draw_arm(person, look, [(0.42, 0.3), (0.62, 0.7), (0.5, down)])
    draw_arm(person, look, [(-0.42, 0.3), (-0.5, 0.9), (0.1, down + 0.1)])
    page.line(
        smooth(
            [
                (0.44 + unit * 0.12, high * 0.78 - unit * 0.98 + unit * (down + 0.1)),
                (0.36, high * 0.62),
                (0.3, high * 0.84),
                (0.19, high * 0.87),
            ],
            closed=False,
        ),
        0.004,
        THREAD,
    )
    for k, hue in enumerate(("cherry", "marigold", "green")):
        draw_spool(page.at(0.07 + k * 0.075, high * (0.9 - 0.012 * k), 0.09), COLORS[hue])


def _draw_tools(page: Pen, high: float, rng: random.Random) -> None:
    wood, steel = COLORS["camel"], (176, 176, 184)
    page.fill(
        box(0.08, high * 0.1, 0.92, high * 0.125, 0.008), color=wood, to=mix(wood, DUSK, 0.3), shadow=0.35
    )
    for k in range(8):
        x = 0.13 + k * 0.107
        length = rng.uniform(0.08, 0.13)
        page.line([(x, high * 0.115), (x, high * 0.14)], 0.004, DUSK, 0.6)
        page.fill(
            Stroke([(x, high * 0.15), (x, high * 0.15 + length * 0.5)], 0.02),
            color=COLORS[("cherry", "cocoa", "green", "camel")[k % 4]],
            shadow=0.3,
        )
        page.fill(
            Stroke([(x, high * 0.15 + length * 0.55), (x, high * 0.15 + length)], 0.009),
            color=steel,
            shadow=0.25,
        )
        if k % 3 == 0:
            page.fill(
                box(x - 0.022, high * 0.15 + length * 0.9, x + 0.022, high * 0.15 + length * 1.25, 0.006),
                color=steel,
                to=mix(steel, DUSK, 0.3),
                shadow=0.3,
            )


def repair(canvas: Canvas, props: Props) -> None:
    """A mended bag under the lamp: the patch, the needle, the thread."""
    rng, high = props.rng, ratio(canvas)
    page = Pen(canvas, 0, 0, canvas.width)
    wall = COLORS[rng.choice(("plum", "green", "navy", "cocoa", "denim", "brick"))]
    page.fill(box(-0.1, -0.1, 1.1, high + 0.1), color=mix(wall, DUSK, 0.1), to=mix(wall, DUSK, 0.5), lean=0.2)
    draw_table(page, high * 0.68, COLORS[rng.choice(("camel", "tea"))])
    lamp_x = rng.choice((0.24, 0.76))
    page.glow(lamp_x, high * 0.4, 0.75, (255, 222, 160), 0.75, ry=high * 0.55)
    page.line([(lamp_x, -0.05), (lamp_x, high * 0.1)], 0.008, DUSK)
    shade = rounded(
        [
            (lamp_x - 0.04, high * 0.08),
            (lamp_x + 0.04, high * 0.08),
            (lamp_x + 0.15, high * 0.2),
            (lamp_x - 0.15, high * 0.2),
        ],
        0.02,
    )
    page.fill(oval(lamp_x, high * 0.2, 0.1, 0.025), color=(255, 244, 210))
    page.fill(shade, color=mix(COLORS["marigold"], WHITE, 0.2), to=COLORS["brick"], shadow=0.3)
    shape = props.pick_shape("tote", "satchel", "doctor", "hobo", "saddle", "backpack")
    width = min(0.5, high * 0.58 / REACHES[shape])
    place = page.at(0.5, high * 0.86, width)
    draw_bag(place, shape, props.hide, rng, extras=("patch",))
    needle = place.at(-0.06, -HEIGHTS[shape] * 0.3 - 0.02)
    needle.line([(0, 0), (0.2, -0.16)], 0.014, (222, 222, 228))
    needle.line(smooth([(0.2, -0.16), (0.34, -0.34), (0.5, -0.1), (0.66, 0.2)], closed=False), 0.009, THREAD)
    draw_spool(page.at(0.86, high * 0.87, 0.13), COLORS["cherry"])
    draw_spool(page.at(0.13, high * 0.9, 0.11), COLORS["marigold"])
    if rng.random() < 0.6:
        height = HEIGHTS[shape] * 0.3
        draw_arm(place, props.look(), [(1.2, 0.35), (0.62, 0.1), (0.17, -height - 0.16)], thick=0.17)
