"""The pictures of the stories that happen somewhere: desk, café, market, festival."""

import random

from .bags import REACHES, another_color, draw_bag
from .canvas import Canvas, Pen
from .festival import draw_crowd, draw_evening, draw_tent
from .palette import COLORS, DUSK, GOLD, PAPER, WHITE, mix
from .people import draw_arm, draw_person
from .rooms import (
    draw_bunting,
    draw_cup,
    draw_flowers,
    draw_lights,
    draw_plant,
    draw_room_for,
    draw_table,
)  # fmt: skip
from .scenes import Props, ratio
from .shapes import Stroke, arc, box, oval, smooth


def desk(canvas: Canvas, props: Props) -> None:
    """A day's things: on the desk, or laid out and seen from above."""
    props.rng.choice((_at_desk, _flat_lay))(canvas, props)


def _at_desk(canvas: Canvas, props: Props) -> None:
    rng, high = props.rng, ratio(canvas)
    page = draw_room_for(
        canvas, rng, props.wall, props.floor, 0.8, rng.choice(("window", "shelf", "frames", "curtain"))
    )
    draw_table(page, high * 0.74, COLORS[rng.choice(("tea", "camel", "cream"))])
    laptop = page.at(0.27, high * 0.83, 0.4)
    laptop.fill(box(-0.42, -0.6, 0.42, -0.02, 0.03), color=(92, 88, 98), to=(60, 56, 66), shadow=0.4)
    screen = laptop.fill(box(-0.39, -0.57, 0.39, -0.05), color=(250, 240, 228), to=(222, 206, 214))
    for k in range(4):
        laptop.line(
            [(-0.32, -0.46 + k * 0.1), (-0.32 + rng.uniform(0.2, 0.6), -0.46 + k * 0.1)],
            0.03,
            COLORS[("cherry", "slate", "sky", "slate")[k]],
            0.6,
            clip=screen,
        )
    laptop.fill(box(-0.52, -0.03, 0.52, 0.03, 0.025), color=(196, 192, 200), to=(140, 136, 146), shadow=0.3)
    shape = props.pick_shape("tote", "satchel", "saddle", "doctor", "backpack", "hobo")
    draw_bag(page.at(0.7, high * 0.88, min(0.42, high * 0.56 / REACHES[shape])), shape, props.hide, rng)
    draw_cup(page.at(0.42, high * 0.92, 0.12), COLORS[rng.choice(("cream", "coral", "sky"))])
    draw_flowers(page.at(0.06, high * 0.83, 0.22), rng)


def _flat_lay(canvas: Canvas, props: Props) -> None:
    rng, high = props.rng, ratio(canvas)
    page = Pen(canvas, 0, 0, canvas.width)
    cloth = COLORS[props.wall]
    page.fill(
        box(-0.1, -0.1, 1.1, high + 0.1), color=mix(cloth, WHITE, 0.35), to=mix(cloth, DUSK, 0.08), lean=0.5
    )
    page.fill(
        [(0.62, -0.1), (1.1, -0.1), (1.1, high * 0.5), (0.3, high + 0.1), (-0.1, high + 0.1)],
        color=WHITE,
        opacity=0.12,
    )
    shape = props.pick_shape("tote", "saddle", "satchel", "clutch", "backpack", "hobo", "wallet")
    draw_bag(
        page.at(0.42, high * 0.76, min(0.5, high * 0.56 / REACHES[shape]), turn=-8), shape, props.hide, rng
    )
    book = page.at(0.82, high * 0.3, 0.26, turn=9)
    cover = COLORS[another_color(rng, avoid=(props.hide,))]
    book.fill(box(-0.38, -0.52, 0.42, 0.54, 0.03), color=PAPER, shadow=0.4)
    book.fill(box(-0.4, -0.54, 0.38, 0.52, 0.04), color=mix(cover, WHITE, 0.15), to=mix(cover, DUSK, 0.2))
    book.fill(box(-0.22, -0.36, 0.22, -0.16, 0.02), color=PAPER)
    book.line([(-0.3, -0.52), (-0.3, 0.5)], 0.02, DUSK, 0.25)
    phone = page.at(0.86, high * 0.72, 0.2, turn=-12)
    phone.fill(box(-0.3, -0.58, 0.3, 0.58, 0.09), color=(54, 46, 56), to=(28, 20, 28), shadow=0.4)
    phone.fill(box(-0.26, -0.53, 0.26, 0.53, 0.06), color=(246, 186, 150), to=(150, 90, 130))
    _draw_keys(page.at(0.62, high * 0.88, 0.14), rng)
    page.at(0.16, high * 0.2, 0.16, turn=18).fill(
        Stroke(oval(-0.45, 0, 0.36, 0.34), 0.06),
        Stroke(oval(0.45, 0, 0.36, 0.34), 0.06),
        Stroke(arc(0, 0, 0.12, 0.08, 180, 360), 0.06),
        color=COLORS["cocoa"],
        shadow=0.35,
    )
    _draw_cup_from_above(page.at(0.17, high * 0.86, 0.1))


def _draw_cup_from_above(pen: Pen) -> None:
    cream = COLORS["cream"]
    pen.fill(oval(0, 0, 1.05), color=mix(cream, WHITE, 0.5), to=mix(cream, DUSK, 0.1), shadow=0.4)
    pen.fill(Stroke([(0.5, -0.5), (0.95, -0.8)], 0.2), color=cream, shadow=0.3)
    pen.fill(oval(0, 0, 0.7), color=WHITE, to=mix(cream, DUSK, 0.12), shadow=0.35)
    pen.fill(oval(0, 0, 0.58), color=(132, 78, 50), to=(92, 50, 32))
    pen.fill(
        smooth([(0, 0.32), (-0.3, 0), (-0.16, -0.26), (0, -0.12), (0.16, -0.26), (0.3, 0)]),
        color=(240, 214, 180),
    )


def _draw_keys(pen: Pen, rng: random.Random) -> None:
    pen.fill(Stroke(oval(0, -0.2, 0.3), 0.07), color=GOLD, to=mix(GOLD, DUSK, 0.3), shadow=0.35)
    for turn, metal in ((-24, (196, 190, 196)), (16, GOLD)):
        key = pen.at(0, 0.05, turn=turn)
        key.fill(
            Stroke([(0, 0.1), (0, 0.8)], 0.12),
            Stroke([(0, 0.7), (0.16, 0.7)], 0.09),
            oval(0, 0.12, 0.2),
            color=metal,
            to=mix(metal, DUSK, 0.3),
            shadow=0.3,
        )


def festival(canvas: Canvas, props: Props) -> None:
    """Evening at the festival, with one or two faces in front."""
    rng, high = props.rng, ratio(canvas)
    page = Pen(canvas, 0, 0, canvas.width)
    draw_evening(page, high, rng)
    hues = rng.sample(("cherry", "green", "marigold", "denim", "coral"), 2)
    draw_tent(page.at(rng.uniform(0.18, 0.3), high * 0.84, 0.52), COLORS[hues[0]])
    draw_tent(page.at(rng.uniform(0.72, 0.84), high * 0.84, 0.44), COLORS[hues[1]])
    draw_lights(page, high * 0.04, high * 0.14, 12)
    draw_bunting(page, 0, high * 0.08, 9)
    draw_crowd(page, high * 0.93, rng, 22)
    unit = 0.27 * min(1, high + 0.1)
    first = props.look()
    faces = [(0.32, first), (0.68, props.look(first))] if rng.random() < 0.6 else [(0.48, first)]
    for x, look in faces:
        draw_person(page.at(x, high - unit * 1.32, unit), look, length=1.7, tilt=rng.uniform(-6, 6))
    shape = props.pick_shape("tote", "saddle", "hobo", "satchel", "doctor")
    draw_bag(page.at(faces[-1][0] + unit * 0.5, high * 0.985, unit * 0.92), shape, props.hide, rng)


def cafe(canvas: Canvas, props: Props) -> None:
    """A table by the window, two cups, the bag on its own chair."""
    rng, high = props.rng, ratio(canvas)
    page = draw_room_for(
        canvas, rng, props.wall, props.floor, 0.8, rng.choice(("window", "frames", "curtain", "stripes"))
    )
    draw_plant(page.at(0.08, high * 0.74, 0.3), rng)
    for x in (0.32, 0.72):
        page.line([(x, -0.05), (x, high * 0.12)], 0.005, DUSK, 0.7)
        page.glow(x, high * 0.2, 0.2, (255, 226, 160), 0.7)
        page.fill(
            [*arc(x, high * 0.19, 0.075, 0.075, 180, 360), (x + 0.075, high * 0.19)],
            color=COLORS["coral"],
            to=COLORS["cherry"],
            shadow=0.2,
        )
    look = props.look()
    unit = 0.28 * min(1, high + 0.08)
    person = page.at(0.36, high * 0.78 - unit * 0.9, unit)
    draw_person(person, look, length=1.5, tilt=4)
    draw_table(page, high * 0.78, COLORS["tea"])
    draw_cup(page.at(0.4, high * 0.9, 0.13), COLORS["cream"])
    draw_arm(person, look, [(-0.42, 0.3), (-0.5, 0.8), (-0.02, 0.98)])
    shape = props.pick_shape("saddle", "satchel", "tote", "clutch", "doctor", "hobo", "wallet")
    draw_bag(page.at(0.73, high * 0.9, min(0.36, high * 0.5 / REACHES[shape])), shape, props.hide, rng)
    cake = page.at(0.16, high * 0.93, 0.14)
    cake.fill(oval(0, 0, 0.62, 0.12), color=PAPER, shadow=0.3)
    cake.fill(
        [(-0.36, -0.06), (0.4, -0.06), (0.4, -0.42), (-0.36, -0.3)], color=(248, 226, 190), to=(222, 170, 120)
    )
    cake.line([(-0.36, -0.18), (0.4, -0.24)], 0.05, COLORS["coral"])
    cake.fill([(-0.36, -0.3), (0.4, -0.42), (0.1, -0.48)], color=PAPER)
    cake.dot(0.1, -0.52, 0.09, COLORS["cherry"])


def market(canvas: Canvas, props: Props) -> None:
    """A tote from the market, with greens, bread and flowers looking out."""
    rng, high = props.rng, ratio(canvas)
    page = draw_room_for(
        canvas, rng, props.wall, props.floor, 0.74, rng.choice(("sunlight", "stripes", "arch", "window"))
    )
    width = min(0.54, high * 0.5)
    bag = page.at(0.5, high * 0.9, width)
    draw_flowers(bag.at(0.24, -0.75, 0.62, turn=12), rng, vase=False)
    crust = COLORS["tea"]
    bread = bag.at(-0.24, -0.86, turn=-14)
    bread.fill(
        Stroke([(0, 0.1), (0, -0.46)], 0.17),
        color=mix(crust, WHITE, 0.3),
        to=mix(crust, (110, 50, 20), 0.45),
        shadow=0.25,
    )
    for k in range(3):
        bread.line([(-0.05, -0.38 + k * 0.16), (0.05, -0.3 + k * 0.16)], 0.026, mix(crust, WHITE, 0.65))
    for k in range(4):
        leaf = bag.at(-0.04 + k * 0.035, -0.9, turn=-22 + k * 15)
        tone = mix((110, 160, 92), (52, 108, 66), k / 4)
        leaf.fill(
            smooth([(0, 0.1), (0.1, -0.2), (0.05, -0.44), (-0.05, -0.44), (-0.1, -0.2)]),
            color=mix(tone, WHITE, 0.2),
            to=tone,
            shadow=0.2,
        )
        leaf.line([(0, 0), (0, -0.36)], 0.014, mix(tone, WHITE, 0.5))
    draw_bag(bag, "tote", props.hide, rng, extras=rng.choice((("tag",), ("tag", "scarf"))))
    for k, hue in enumerate(("coral", "marigold", "coral")):
        fruit = page.at(0.84 + (k % 2) * 0.075, high * 0.9 + k * 0.01, 0.075)
        fruit.glow(0, 0.02, 0.7, (30, 10, 22), 0.5, ry=0.14)
        fruit.fill(
            oval(0, -0.4, 0.44, 0.42),
            color=mix(COLORS[hue], WHITE, 0.3),
            to=mix(COLORS[hue], DUSK, 0.15),
            shadow=0.2,
        )
        fruit.fill(smooth([(0, -0.82), (0.2, -0.98), (0.3, -0.84)]), color=(84, 134, 84))
