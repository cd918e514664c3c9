"""The pictures of the stories on the road: mountains, sea, train, metro, bicycle, rain."""

import random

from .bags import HEIGHTS, REACHES, draw_bag
from .canvas import Canvas, Pen
from .palette import COLORS, DUSK, PAPER, WHITE, Color, color, hexed, mix
from .people import draw_arm, draw_person, draw_person_from_behind
from .rooms import (
    draw_cup,
    draw_room_for,
    draw_table,
)  # fmt: skip
from .scenes import Props, ratio
from .shapes import Form, Outline, Stroke, arc, box, oval, rounded, smooth

SKIES = [
    tuple(hexed(code) for code in pair)
    for pair in (("9cc9dc", "fdeacb"), ("f2a38a", "fbe0b4"), ("7fb2c8", "e9f1e4"), ("b9a5cf", "fbd3b4"))
]


def travel(canvas: Canvas, props: Props) -> None:
    """Mountains, the sea, or a train window."""
    ways = (
        [_mountains, _mountains, _train, _seaside]
        if props.may_be("backpack")
        else [_train, _seaside, _lookout, _seaside, _lookout]
    )
    props.rng.choice(ways)(canvas, props)


def _sky(page: Pen, high: float, rng: random.Random) -> tuple[Color, Color]:
    top, bottom = rng.choice(SKIES)
    page.fill(box(-0.1, -0.1, 1.1, high + 0.1), color=top, to=bottom, lean=0.05)
    x, y = rng.uniform(0.2, 0.8), high * rng.uniform(0.18, 0.3)
    page.glow(x, y, 0.34, (255, 246, 214), 0.8)
    page.fill(oval(x, y, 0.065), color=(255, 248, 224))
    return top, bottom


def _ridge(page: Pen, base: float, tall: float, high: float, color: Color, rng: random.Random) -> None:
    points: Outline = [(-0.15 + k * 0.163, base - tall * rng.uniform(0.15, 1)) for k in range(9)]
    page.fill(
        [*smooth([(-0.3, base), *points, (1.3, base)], closed=False), (1.3, high + 0.2), (-0.3, high + 0.2)],
        color=color,
        to=mix(color, WHITE, 0.22),
        lean=0,
    )


def _mountains(canvas: Canvas, props: Props) -> None:
    rng, high = props.rng, ratio(canvas)
    page = Pen(canvas, 0, 0, canvas.width)
    _, haze = _sky(page, high, rng)
    near = rng.choice([(52, 98, 86), (72, 84, 118), (124, 72, 84)])
    for k in range(4):
        _ridge(
            page,
            high * (0.5 + 0.12 * k),
            high * (0.2 - 0.02 * k),
            high,
            mix(haze, near, 0.25 + 0.25 * k),
            rng,
        )
    unit = 0.28 * min(1, high + 0.08)
    person = page.at(rng.choice((0.36, 0.62)), high - unit * 1.5, unit)
    look = props.look()
    draw_person_from_behind(person, look)
    draw_bag(
        person.at(0, 1.42, 0.92), "backpack", props.hide, rng, extras=rng.choice((("charm",), ("tag",), ()))
    )
    for side in (-1, 1):
        person.fill(
            Stroke(smooth([(side * 0.24, 0.0), (side * 0.27, 0.2), (side * 0.26, 0.5)], closed=False), 0.1),
            color=mix(color(props.hide), DUSK, 0.35),
        )


def _lookout(canvas: Canvas, props: Props) -> None:
    """The bag on a rock, with the valley before it."""
    rng, high = props.rng, ratio(canvas)
    page = Pen(canvas, 0, 0, canvas.width)
    _, haze = _sky(page, high, rng)
    far = rng.choice([(52, 98, 86), (72, 84, 118), (124, 72, 84)])
    for k in range(3):
        _ridge(page, high * (0.48 + 0.1 * k), high * 0.18, high, mix(haze, far, 0.25 + 0.25 * k), rng)
    rock = mix(COLORS["slate"], (150, 118, 110), 0.5)
    top = high * 0.8
    stone: Outline = [
        (-0.2, high + 0.2),
        (-0.1, top + 0.12),
        (0.12, top + 0.02),
        (0.4, top),
        (0.74, top + 0.01),
    ]
    page.fill(
        smooth([*stone, (0.92, top + 0.1), (1.1, high + 0.2)]),
        color=mix(rock, WHITE, 0.25),
        to=mix(rock, DUSK, 0.35),
    )
    page.line(smooth([(0.2, top + 0.07), (0.34, top + 0.12), (0.3, high)], closed=False), 0.006, DUSK, 0.25)
    width = min(0.46, high * 0.56 / REACHES[props.shape])
    draw_bag(page.at(0.46, top + 0.05, width), props.shape, props.hide, rng)


def _seaside(canvas: Canvas, props: Props) -> None:
    rng, high = props.rng, ratio(canvas)
    page = Pen(canvas, 0, 0, canvas.width)
    _sky(page, high, rng)
    sea = rng.choice([(72, 138, 160), (86, 128, 168)])
    page.fill(box(-0.1, high * 0.46, 1.1, high), color=mix(sea, WHITE, 0.25), to=sea, lean=0)
    glints: list[Form] = [
        Stroke([(x, y), (x + rng.uniform(0.03, 0.09), y)], 0.004)
        for x, y in ((rng.random(), high * rng.uniform(0.48, 0.68)) for _ in range(26))
    ]
    page.fill(*glints, color=WHITE, opacity=0.6)
    page.fill([(0.7, high * 0.44), (0.77, high * 0.3), (0.77, high * 0.44)], color=PAPER)
    page.fill(
        rounded([(0.67, high * 0.445), (0.83, high * 0.445), (0.8, high * 0.475), (0.7, high * 0.475)], 0.01),
        color=COLORS["cherry"],
    )
    sand = mix(COLORS["sand"], WHITE, 0.2)
    page.fill(
        [
            *smooth(
                [(-0.2, high * 0.7), (0.2, high * 0.74), (0.6, high * 0.68), (1.2, high * 0.75)], closed=False
            ),
            (1.2, high + 0.1),
            (-0.2, high + 0.1),
        ],
        color=sand,
        to=mix(sand, (150, 96, 60), 0.3),
        shadow=0.2,
    )
    shape = props.pick_shape("tote", "bucket", "backpack", "hobo")
    width = min(0.42, high * 0.6 / REACHES[shape])
    draw_bag(page.at(0.42, high * 0.9, width), shape, props.hide, rng)
    hat = page.at(0.76, high * 0.91, 0.26)
    straw = COLORS["tea"]
    hat.fill(oval(0, 0, 0.6, 0.14), color=mix(straw, WHITE, 0.4), to=straw, shadow=0.4)
    hat.fill(
        smooth([(-0.3, 0), (-0.26, -0.3), (0, -0.4), (0.26, -0.3), (0.3, 0), (0, 0.05)]),
        color=mix(straw, WHITE, 0.45),
        to=straw,
    )
    hat.line(arc(0, -0.06, 0.29, 0.05, 0, 180), 0.09, COLORS["cherry"])


def _train(canvas: Canvas, props: Props) -> None:
    rng, high = props.rng, ratio(canvas)
    page = Pen(canvas, 0, 0, canvas.width)
    _, haze = _sky(page, high, rng)
    for k in range(3):
        _ridge(
            page, high * (0.42 + 0.08 * k), high * 0.13, high, mix(haze, (58, 110, 84), 0.3 + 0.25 * k), rng
        )
    wall = mix(COLORS["cream"], WHITE, 0.2)
    hole = box(0.07, high * 0.07, 0.93, high * 0.66, 0.025)
    frame: list[Form] = [
        box(-0.1, -0.1, 1.1, high * 0.07),
        box(-0.1, high * 0.66, 1.1, high + 0.1),
        box(-0.1, 0, 0.07, high),
        box(0.93, 0, 1.1, high),
    ]
    page.fill(*frame, color=wall, to=mix(wall, DUSK, 0.16), lean=0.4)
    page.fill(Stroke([*hole, hole[0]], 0.03), color=mix(wall, DUSK, 0.3))
    page.fill(
        box(0.09, high * 0.06, 0.24, high * 0.66),
        color=mix(COLORS["cherry"], WHITE, 0.1),
        to=COLORS["plum"],
        lean=0.8,
        shadow=0.3,
    )
    for x in (0.13, 0.17, 0.21):
        page.line([(x, high * 0.07), (x, high * 0.65)], 0.006, DUSK, 0.3)
    draw_table(page, high * 0.8, COLORS["tea"])
    shape = props.pick_shape("satchel", "saddle", "doctor", "backpack", "tote", "crossbody")
    draw_bag(page.at(0.5, high * 0.91, min(0.44, high * 0.58 / REACHES[shape])), shape, props.hide, rng)
    draw_cup(page.at(0.84, high * 0.9, 0.13), COLORS["cream"])


def commute(canvas: Canvas, props: Props) -> None:
    """In the metro, holding on, or by bicycle."""
    props.rng.choice((_metro, _metro, _bicycle))(canvas, props)


def _metro(canvas: Canvas, props: Props) -> None:
    rng, high = props.rng, ratio(canvas)
    page = Pen(canvas, 0, 0, canvas.width)
    wall = mix(COLORS[rng.choice(("sky", "mint", "cream", "lilac"))], WHITE, 0.2)
    page.fill(
        box(-0.1, -0.1, 1.1, high + 0.1), color=mix(wall, WHITE, 0.25), to=mix(wall, DUSK, 0.2), lean=0.2
    )
    for x in (0.03, 0.52):
        pane = page.fill(
            box(x, high * 0.2, x + 0.45, high * 0.66, 0.04),
            color=hexed("2b2540"),
            to=hexed("5a3a5e"),
            shadow=0.2,
        )
        for _ in range(9):
            left, y = x + rng.random() * 0.4, high * rng.uniform(0.22, 0.64)
            page.fill(
                Stroke([(left, y), (left + rng.uniform(0.05, 0.16), y)], 0.008),
                color=rng.choice([(255, 214, 140), (240, 150, 130), (150, 200, 220)]),
                opacity=0.7,
                clip=pane,
            )
        page.fill(
            [
                (x + 0.06, high * 0.2),
                (x + 0.16, high * 0.2),
                (x + 0.02, high * 0.66),
                (x - 0.08, high * 0.66),
            ],
            color=WHITE,
            opacity=0.1,
            clip=pane,
        )
    page.fill(
        box(-0.1, high * 0.76, 1.1, high + 0.1),
        color=COLORS["green"],
        to=mix(COLORS["green"], DUSK, 0.4),
        shadow=0.3,
    )
    look = props.look()
    unit = 0.31 * min(1, high + 0.08)
    # In a tall picture the rail comes down to where an arm can reach it.
    rail = max(high * 0.09, high - unit * 3.05)
    strap = rail + high * 0.07
    page.line([(-0.1, rail), (1.1, rail)], 0.022, (206, 206, 212))
    for x in (0.16, 0.62, 0.86):
        page.line([(x, rail), (x, strap)], 0.014, COLORS["slate"])
        ring = arc(x, strap + 0.035, 0.035, 0.04, 0, 360)
        page.fill(Stroke(ring, 0.013), color=mix(COLORS["marigold"], WHITE, 0.2))
    person = page.at(0.42, high - unit * 1.45, unit)
    rise = (strap + 0.07 - (high - unit * 1.45)) / unit
    draw_person(person, look, length=1.9, tilt=-5)
    draw_arm(person, look, [(0.42, 0.3), (0.72, 0.0), (0.2 / unit, rise)], thick=0.19)
    shape = props.pick_shape("tote", "satchel", "saddle", "doctor")
    draw_bag(person.at(-0.36, 1.42, 0.86), shape, props.hide, rng)
    draw_arm(
        person, look, [(-0.44, 0.28), (-0.62, 0.62), (-0.36, 1.42 - 0.86 * REACHES[shape] + 0.04)], thick=0.19
    )


def _bicycle(canvas: Canvas, props: Props) -> None:
    rng, high = props.rng, ratio(canvas)
    page = draw_room_for(
        canvas, rng, props.wall, "cream", 0.76, rng.choice(("sunlight", "stripes", "window"))
    )
    bike = page.at(0.5, high * 0.93, min(0.86, high * 0.9))
    dark, paint = COLORS["ink"], COLORS[rng.choice(("coral", "green", "denim", "marigold"))]
    for x in (-0.3, 0.32):
        bike.glow(x, 0.0, 0.26, (30, 10, 22), 0.45, ry=0.03)
        for k in range(6):
            spoke = arc(x, -0.2, 0.19, 0.19, k * 30, k * 30 + 180, 1)
            bike.line(spoke, 0.004, mix(dark, WHITE, 0.5))
        bike.fill(Stroke(arc(x, -0.2, 0.19, 0.19, 0, 360, 48), 0.026), color=dark)
        bike.fill(Stroke(arc(x, -0.2, 0.168, 0.168, 0, 360, 48), 0.009), color=PAPER)
    frame: list[Form] = [
        Stroke([(-0.3, -0.2), (-0.1, -0.5), (0.22, -0.48), (0.0, -0.2), (-0.1, -0.5)], 0.022),
        Stroke([(-0.3, -0.2), (0.0, -0.2)], 0.022),
        Stroke([(0.32, -0.2), (0.2, -0.62)], 0.024),
    ]
    bike.fill(*frame, color=mix(paint, WHITE, 0.15), to=mix(paint, DUSK, 0.2), shadow=0.25)
    bike.line([(-0.1, -0.5), (-0.115, -0.57)], 0.018, dark)
    bike.fill(
        smooth([(-0.2, -0.58), (-0.06, -0.6), (0.0, -0.57), (-0.08, -0.545), (-0.19, -0.545)]),
        color=COLORS["cocoa"],
    )
    bike.line(smooth([(0.2, -0.62), (0.17, -0.68), (0.08, -0.66)], closed=False), 0.022, dark)
    bike.fill(oval(0, -0.2, 0.045), color=dark)
    shape = props.pick_shape("saddle", "satchel", "backpack", "tote", "doctor")
    draw_bag(bike.at(0.37, -0.47, 0.29), shape, props.hide, rng)
    basket = rounded([(0.21, -0.56), (0.53, -0.56), (0.5, -0.36), (0.24, -0.36)], 0.02)
    woven = bike.fill(basket, color=mix(COLORS["tea"], WHITE, 0.25), to=COLORS["camel"], shadow=0.3)
    for k in range(8):
        bike.line(
            [(0.2 + k * 0.045, -0.57), (0.22 + k * 0.042, -0.35)], 0.005, COLORS["cocoa"], 0.55, clip=woven
        )
    for y in (-0.52, -0.47, -0.42):
        bike.line([(0.2, y), (0.54, y)], 0.005, COLORS["cocoa"], 0.55, clip=woven)


def rain(canvas: Canvas, props: Props) -> None:
    """Under the umbrella, with the bag held close."""
    rng, high = props.rng, ratio(canvas)
    page = Pen(canvas, 0, 0, canvas.width)
    sky = mix(COLORS[rng.choice(("slate", "denim", "sky", "lilac"))], WHITE, 0.15)
    page.fill(box(-0.1, -0.1, 1.1, high + 0.1), color=mix(sky, DUSK, 0.15), to=mix(sky, WHITE, 0.4), lean=0.1)
    for k in range(7):
        page.glow(
            0.08 + k * 0.15,
            high * rng.uniform(0.45, 0.75),
            rng.uniform(0.05, 0.1),
            rng.choice([(255, 214, 140), (250, 160, 130), (190, 220, 230)]),
            0.65,
        )
    drops: list[Form] = [
        Stroke([(x, y), (x - 0.008, y + 0.035)], 0.003)
        for x, y in ((rng.random(), rng.random() * high) for _ in range(70))
    ]
    page.fill(*drops, color=WHITE, opacity=0.55)
    look = props.look()
    unit = 0.29 * min(1, high + 0.05)
    person = page.at(0.46, high - unit * 1.5, unit)
    person.line([(0.62, 0.9), (0.62, -1.5)], 0.045, COLORS["cocoa"])
    draw_person(person, look, length=1.8, tilt=5)
    _draw_umbrella(person.at(0.3, -0.98, 1.25), rng.choice(("cherry", "marigold", "coral", "green")))
    draw_arm(person, look, [(0.42, 0.3), (0.72, 0.7), (0.62, 0.42)])
    shape = props.pick_shape("saddle", "satchel", "tote", "doctor")
    draw_bag(person.at(-0.16, 1.46, 0.84), shape, props.hide, rng)
    draw_arm(person, look, [(-0.43, 0.3), (-0.62, 0.8), (-0.24, 1.46 - 0.84 * HEIGHTS[shape] * 0.8)])


def _draw_umbrella(pen: Pen, name: str) -> None:
    cloth = COLORS[name]
    for k in range(6):
        left, right = -0.9 + k * 0.3, -0.6 + k * 0.3
        tone = cloth if k % 2 else mix(cloth, PAPER, 0.75)
        points: Outline = [
            *arc(0, 0, abs(left), 0.62, 270, 180 if left < 0 else 360, 12),
            *arc((left + right) / 2, 0, 0.15, 0.07, 180 if left < right else 0, 360, 8),
        ]
        points += arc(0, 0, abs(right), 0.62, 180 if right < 0 else 360, 270, 12)
        pen.fill(points, color=mix(tone, WHITE, 0.12), to=mix(tone, DUSK, 0.2), lean=0.3)
    pen.line([(0, -0.62), (0, -0.7)], 0.03, COLORS["cocoa"])
