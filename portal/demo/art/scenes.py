"""The pictures of the stories: people with their bags, and bags on their own."""

import random
from collections.abc import Callable
from dataclasses import replace

from .bags import HEIGHTS, REACHES, SHAPES, another_color, draw_bag
from .canvas import Canvas, Pen
from .looks import Look, grey, some_look
from .palette import COLORS, FLOORS, PAPER, WALLS, WHITE, color, mix
from .people import draw_arm, draw_hand, draw_person
from .rooms import draw_bunting, draw_flowers, draw_garland, draw_lights, draw_plant, draw_room_for
from .shapes import arc, both_sides, box, oval, rounded, smooth


class Props:
    """What one picture draws by chance, so that colours go together; the bag can be given."""

    def __init__(self, rng: random.Random, shape: str | None = None, hide: str | None = None) -> None:
        self.rng = rng
        self.wall = rng.choice([name for name in WALLS if name != hide])
        self.floor = rng.choice([name for name in FLOORS if name not in (self.wall, hide)])
        self.hide = hide or another_color(rng, avoid=(self.wall,))
        self._given = shape
        self.shape = shape or rng.choice(sorted(SHAPES))

    def look(self, *others: Look) -> Look:
        """Somebody whose coat differs from the wall, the bag and the others' coats."""
        return some_look(
            self.rng, avoid=(COLORS[self.wall], color(self.hide), *(other.coat for other in others))
        )

    def may_be(self, shape: str) -> bool:
        """Whether the picture is free to show this bag."""
        return self._given in (None, shape)

    def pick_shape(self, *names: str) -> str:
        """The given bag, or one of those that suit the composition."""
        if not self._given:
            self.shape = self.rng.choice(names)
        return self.shape


# Bags that hang well from a hand.
SHORT_HANDLES = frozenset({"tote", "saddle", "satchel", "doctor", "hobo"})

# A scene paints on a canvas; chance decides about everything but the composition.
Scene = Callable[[Canvas, Props], None]


def ratio(canvas: Canvas) -> float:
    """Height of the picture in widths."""
    return canvas.height / canvas.width


def portrait(canvas: Canvas, props: Props) -> None:
    """One person, with the bag in hand, on the shoulder, or set down in front."""
    rng, high = props.rng, ratio(canvas)
    page = draw_room_for(canvas, rng, props.wall, props.floor, 0.8)
    look = props.look()
    unit = 0.36 * min(1.0, high + 0.05)
    x = rng.uniform(0.4, 0.5)
    person = page.at(x, high - unit * (1.62 if high > 0.9 else 1.3), unit)
    length = 1.9
    # A long strap would stand up in the air: worn and carried bags are those with a short handle.
    ways = [_set_down, _held, _on_shoulder] if props.shape in SHORT_HANDLES else [_set_down]
    rng.choice(ways)(person, look, props, length)


def _held(person: Pen, look: Look, props: Props, length: float) -> None:
    shape = props.pick_shape("tote", "saddle", "satchel", "doctor", "hobo")
    draw_person(person, look, length=length, tilt=props.rng.uniform(-6, 4))
    size = 1.0
    base = 1.62
    grip = base - REACHES[shape] * size + 0.05
    draw_arm(person, look, [(-0.42, 0.26), (-0.5, grip + 0.05), (0.06, grip + 0.12)])
    draw_bag(person.at(0.22, base, size), shape, props.hide, props.rng)
    draw_arm(person, look, [(0.43, 0.26), (0.6, (grip + 0.4) / 2 + 0.22), (0.34, grip)])
    draw_hand(person, look, 0.14, grip, 0.085)


def _on_shoulder(person: Pen, look: Look, props: Props, length: float) -> None:
    shape = props.pick_shape("saddle", "satchel", "doctor")
    torso = draw_person(person, look, length=length, tilt=props.rng.uniform(-6, 6))
    hide = color(props.hide)
    person.line([(-0.36, -0.02), (0.1, 0.6), (0.42, 1.1)], 0.06, mix(hide, (24, 8, 20), 0.4), clip=torso)
    height = 0.62 * HEIGHTS[shape]
    draw_bag(person.at(0.5, 1.05 + height, 0.72, turn=-4), shape, props.hide, props.rng)
    draw_arm(person, look, [(0.46, 0.28), (0.66, 0.72), (0.5, 1.16)])


def _set_down(person: Pen, look: Look, props: Props, length: float) -> None:
    shape = props.pick_shape("bucket", "backpack", "tote", "doctor", "saddle", "hobo", "crossbody")
    draw_person(person, look, length=length, tilt=props.rng.uniform(-6, 6))
    draw_bag(person.at(0.58, 1.66, 0.98), shape, props.hide, props.rng)
    y = 1.66 - 0.98 * HEIGHTS[shape]
    draw_arm(person, look, [(0.42, 0.28), (0.62, min(0.7, y)), (0.4, y + 0.02)])


def friends(canvas: Canvas, props: Props) -> None:
    """Two or three together, under bunting or lights."""
    rng, high = props.rng, ratio(canvas)
    page = draw_room_for(
        canvas, rng, props.wall, props.floor, 0.82, rng.choice(("sunlight", "stripes", "arch"))
    )
    rng.choice((draw_bunting, draw_lights))(page, high * 0.06, high * 0.09)
    count = rng.choice((2, 3)) if high < 1.1 else 2
    places = {2: (0.31, 0.68), 3: (0.21, 0.51, 0.8)}[count]
    unit = (0.29 if count == 2 else 0.215) * min(1, high + 0.12)
    looks: list[Look] = []
    for k, x in enumerate(places):
        look = props.look(*looks)
        looks.append(look)
        y = high - unit * (1.5 + (0.12 if k % 2 else 0))
        draw_person(page.at(x, y, unit), look, length=1.8, tilt=(6, -5, -6)[k])
    for k in range(1 if rng.random() < 0.4 else 2):
        shape = props.pick_shape("tote", "saddle", "satchel", "hobo", "doctor", "backpack")
        hide = props.hide if k == 0 or rng.random() < 0.4 else another_color(rng, avoid=(props.hide,))
        draw_bag(
            page.at(
                places[-1 - k] + unit * (0.42 if k == 0 else 0.5) * (1 if k == 0 else -0.4),
                high * 0.985,
                unit * 0.95,
            ),
            shape,
            hide,
            rng,
        )


def bag(canvas: Canvas, props: Props) -> None:
    """A bag by itself, on the floor, a plinth or a stool."""
    rng, high = props.rng, ratio(canvas)
    page = draw_room_for(canvas, rng, props.wall, props.floor, 0.72)
    stand = rng.choice(("floor", "plinth", "stool", "books"))
    top = high * 0.86
    if stand != "floor":
        top = high * 0.74
        _draw_stand(page, stand, top, high, props)
    width = min(0.52, (top - high * 0.1) / REACHES[props.shape])
    draw_bag(page.at(0.49, top, width), props.shape, props.hide, rng)
    if rng.random() < 0.5:
        draw_flowers(page.at(rng.choice((0.14, 0.86)), high * 0.88, 0.3), rng)


def _draw_stand(page: Pen, stand: str, top: float, high: float, props: Props) -> None:
    tone = mix(COLORS[props.floor], WHITE, 0.3)
    dark = mix(tone, (60, 24, 40), 0.3)
    if stand == "plinth":
        page.fill(box(0.2, top, 0.8, high + 0.1), color=tone, to=dark, lean=0.6, shadow=0.35)
        page.fill(oval(0.5, top, 0.3, 0.035), color=mix(tone, WHITE, 0.4))
    elif stand == "stool":
        wood = COLORS["camel"]
        for x0, x1 in ((0.3, 0.24), (0.7, 0.76), (0.42, 0.4), (0.58, 0.6)):
            page.line([(x0, top), (x1, high * 0.97)], 0.032, mix(wood, (40, 16, 20), 0.25))
        page.fill(
            box(0.21, top - 0.01, 0.79, top + 0.05, 0.024),
            color=mix(wood, WHITE, 0.25),
            to=mix(wood, (40, 16, 20), 0.2),
            shadow=0.4,
        )
    else:
        y = high * 0.97
        hues = ("cherry", "cream", "navy", "marigold", "green")
        step = (y - top) / 4
        for k in range(4):
            hue = COLORS[hues[(k + len(props.shape)) % 5]]
            x = 0.22 + 0.02 * ((k * 7) % 3)
            page.fill(
                box(x, y - step * (k + 1), x + 0.54, y - step * k, 0.008),
                color=mix(hue, WHITE, 0.12),
                to=mix(hue, (30, 10, 20), 0.25),
                shadow=0.3,
            )
            page.line([(x + 0.04, y - step * (k + 0.5)), (x + 0.2, y - step * (k + 0.5))], 0.004, PAPER, 0.7)


def bag_closeup(canvas: Canvas, props: Props) -> None:
    """So near that the stitches count; behind it, lights out of focus."""
    rng, high = props.rng, ratio(canvas)
    wall = COLORS[props.wall]
    page = Pen(canvas, 0, 0, canvas.width)
    page.fill(box(0, 0, 1, high), color=mix(wall, WHITE, 0.3), to=mix(wall, (50, 16, 36), 0.35), lean=0.4)
    for _ in range(12):
        page.glow(
            rng.random(),
            rng.random() * high * 0.7,
            rng.uniform(0.05, 0.14),
            (255, 238, 205),
            rng.uniform(0.25, 0.6),
        )
    page.fill(
        box(-0.1, high * 0.86, 1.1, high + 0.1),
        color=mix(COLORS[props.floor], WHITE, 0.1),
        to=mix(COLORS[props.floor], (50, 16, 36), 0.25),
    )
    shape = props.pick_shape("tote", "saddle", "satchel", "doctor", "hobo", "clutch", "wallet", "backpack")
    width = 1.02 if high >= 1 else 0.9
    draw_bag(page.at(0.56, high * 0.96, width, turn=rng.uniform(-5, 3)), shape, props.hide, rng)


def wedding(canvas: Canvas, props: Props) -> None:
    """Flowers overhead, somebody dressed up, a small bag."""
    rng, high = props.rng, ratio(canvas)
    props.wall = rng.choice(("rose", "cream", "mint", "lilac"))
    page = draw_room_for(canvas, rng, props.wall, "cream", 0.84, "arch")
    for x, y in arc(0.5, high * 0.42, 0.42, high * 0.4, 150, 390, 15):
        draw_garland(page.at(x + rng.uniform(-0.02, 0.02), y, 0.14), rng)
    unit = 0.3 * min(1, high + 0.08)
    groom = replace(props.look(), wear="coat", coat=COLORS[rng.choice(("navy", "plum", "slate", "green"))])
    bride = replace(
        props.look(),
        coat=(252, 244, 240),
        wear="dress",
        style=rng.choice(("bun", "wavy", "long")),
        beard=False,
    )
    pair = ((0.35, groom), (0.66, bride)) if rng.random() < 0.7 else ((0.5, bride),)
    for x, look in pair:
        person = page.at(x, high - unit * 1.42, unit)
        if look is bride:
            veil = smooth(both_sides([(0.0, -1.1), (0.34, -1.0), (0.52, -0.4), (0.78, 0.9), (0.84, 2.0)]))
            person.fill(veil, color=WHITE, opacity=0.6)
        draw_person(person, look, length=1.8, tilt=5 if x < 0.5 else -5)
    shape = props.pick_shape("clutch", "saddle", "crossbody", "wallet")
    draw_bag(page.at(pair[-1][0] + 0.1, high * 0.985, unit), shape, props.hide, rng)


def family(canvas: Canvas, props: Props) -> None:
    """Mother and daughter, or grandmother and grandchild, and the bag that goes from one to the other."""
    rng, high = props.rng, ratio(canvas)
    page = draw_room_for(
        canvas, rng, props.wall, props.floor, 0.8, rng.choice(("frames", "window", "curtain", "shelf"))
    )
    elder, younger = grey(props.look()), props.look()
    unit = 0.31 * min(1, high + 0.08)
    small = unit * rng.choice((0.74, 0.96))
    if small < unit * 0.8:
        younger = replace(younger, beard=False, glasses=False)
    draw_person(page.at(0.34, high - unit * 1.5, unit), elder, length=1.9, tilt=6)
    draw_person(page.at(0.68, high - small * 1.42, small), younger, length=1.8, tilt=-7)
    shape = props.pick_shape("doctor", "satchel", "saddle", "tote")
    draw_bag(
        page.at(0.5, high * 0.985, unit * 0.98),
        shape,
        props.hide,
        rng,
        extras=rng.choice((("tag",), ("patch",), ("scarf",))),
    )
    arm = page.at(0.34, high - unit * 1.5, unit)
    draw_arm(arm, elder, [(0.42, 0.3), (0.6, 0.62), (0.44, 1.5 - 0.98 * HEIGHTS[shape])])


def cat(canvas: Canvas, props: Props) -> None:
    """The cat has found the bag first."""
    rng, high = props.rng, ratio(canvas)
    page = draw_room_for(canvas, rng, props.wall, props.floor, 0.7)
    if rng.random() < 0.5:
        draw_plant(page.at(0.88, high * 0.78, 0.36), rng)
    fur = rng.choice([(232, 160, 88), (70, 62, 66), (238, 226, 212), (170, 150, 138)])
    width = min(0.56, high * 0.5)
    _draw_cat(page.at(0.5, high * 0.86 - width * 0.88, width * 0.62), fur)
    draw_bag(page.at(0.5, high * 0.9, width), "tote", props.hide, rng, extras=("tag",))
    _draw_paws(page.at(0.5, high * 0.9 - width * 0.9, width * 0.62), fur)


def _draw_cat(pen: Pen, fur: tuple[int, int, int]) -> None:
    light, dark = mix(fur, WHITE, 0.25), mix(fur, (40, 16, 24), 0.35)
    for side in (-1, 1):
        ear = rounded([(side * 0.38, -0.28), (side * 0.36, -0.72), (side * 0.08, -0.5)], 0.06)
        pen.fill(ear, color=light, to=fur, shadow=0.15)
        pen.fill(
            rounded([(side * 0.33, -0.36), (side * 0.32, -0.6), (side * 0.16, -0.48)], 0.04),
            color=(232, 160, 156),
        )
    head = pen.fill(
        smooth(
            [
                (0, -0.56),
                (0.3, -0.48),
                (0.46, -0.18),
                (0.36, 0.08),
                (0.3, 0.4),
                (-0.3, 0.4),
                (-0.36, 0.08),
                (-0.46, -0.18),
                (-0.3, -0.48),
            ]
        ),
        color=light,
        to=fur,
        shadow=0.25,
    )
    for k in (-1, 0, 1):
        pen.line([(k * 0.09, -0.54), (k * 0.075, -0.4)], 0.035, dark, 0.6, clip=head)
    for side in (-1, 1):
        pen.line(arc(side * 0.18, -0.17, 0.075, 0.055, 20, 160), 0.026, (50, 22, 30))
        pen.glow(side * 0.28, -0.04, 0.1, (236, 120, 110), 0.55)
        for y in (-0.03, 0.03):
            pen.line([(side * 0.26, y), (side * 0.52, y * 2.4 - 0.02)], 0.012, PAPER, 0.8)
    pen.fill(rounded([(-0.045, -0.07), (0.045, -0.07), (0, -0.015)], 0.015), color=(214, 104, 104))
    for side in (-1, 1):
        pen.line(arc(side * 0.05, -0.005, 0.05, 0.045, 10, 170), 0.018, (90, 42, 46))


def _draw_paws(pen: Pen, fur: tuple[int, int, int]) -> None:
    for side in (-1, 1):
        paw = pen.at(side * 0.3, 0)
        paw.fill(oval(0, 0, 0.12, 0.1), color=mix(fur, WHITE, 0.35), to=fur, shadow=0.3)
        for k in (-1, 1):
            paw.line([(k * 0.04, 0.03), (k * 0.04, 0.075)], 0.014, mix(fur, (40, 16, 24), 0.5))
