"""In which colours the demo's bags are made, and what became different in some of them."""

from .texts_types import Both, Revision

#: how the house calls the colours of portal.demo.art
DYES: dict[str, Both] = {
    "brick": Both("窑砖红", "Kiln brick"),
    "camel": Both("驼色", "Camel"),
    "cherry": Both("樱桃红", "Cherry"),
    "cocoa": Both("可可", "Cocoa"),
    "coral": Both("珊瑚", "Coral"),
    "cream": Both("米白", "Oat"),
    "denim": Both("靛蓝", "Indigo"),
    "green": Both("松针绿", "Pine needle"),
    "ink": Both("墨", "Ink"),
    "marigold": Both("万寿菊", "Marigold"),
    "navy": Both("夜航蓝", "Night sail"),
    "olive": Both("橄榄", "Olive"),
    "plum": Both("乌梅", "Smoked plum"),
    "rose": Both("旧玫瑰", "Old rose"),
    "slate": Both("雨石", "Rain stone"),
}

#: besides the colour on the shelf; a picture is drawn of those before the bar only
MORE_DYES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "wheatfield-tote": (("cocoa", "green"), ("ink",)),
    "early-spring-tote": (("rose",), ("cream",)),
    "afternoon-saddle": (("cocoa",), ("cherry",)),
    "well-bucket": (("camel",), ()),
    "city-gate-satchel": (("brick",), ("ink",)),
    "tea-table-satchel": ((), ("cocoa",)),
    "crescent-crossbody": ((), ("rose", "ink")),
    "cloud-hobo": (("cream", "slate"), ()),
    "old-clock-doctor": ((), ("ink",)),
    "bridgehead-weekender": ((), ("olive",)),
    "mountain-path-backpack": ((), ("slate", "marigold")),
    "nightwalk-backpack": ((), ("navy",)),
    "palm-clutch": ((), ("plum",)),
    "small-change-wallet": ((), ("green", "navy")),
}

#: the newest last, days before the demo is loaded
REVISIONS: dict[str, tuple[Revision, ...]] = {
    "wheatfield-tote": (
        Revision(
            "2.0",
            410,
            Both(
                "提手长了三厘米，穿冬衣也能上肩。底角多加了一层皮。",
                "The handles grew by three centimetres, so that they go over a winter coat. The corners below got a second layer of leather.",
            ),
        ),
        Revision(
            "3.0",
            95,
            Both(
                "里面多了一个放钥匙的小袋，挂绳换成了可以解开的。好几位禾友在故事里提过找钥匙这件事。",
                "There is a small pocket for keys inside, and its strap can be undone now. Several members had told of searching for their keys.",
            ),
        ),
    ),
    "afternoon-saddle": (
        Revision(
            "1.1",
            160,
            Both(
                "锁扣的弹簧换软了一档，一只手就能打开。",
                "The spring of the lock is one step softer: one hand opens it.",
            ),
        ),
    ),
    "cloud-hobo": (
        Revision(
            "2.0",
            60,
            Both(
                "肩带加宽到四厘米，背面缝了一层软毡。装满也不勒。",
                "The strap is four centimetres wide now, with soft felt sewn to its back. Full, it no longer cuts.",
            ),
        ),
    ),
    "mountain-path-backpack": (
        Revision(
            "1.2",
            210,
            Both(
                "侧袋深了两厘米，保温杯不会再掉出来。",
                "The side pockets are two centimetres deeper, so that a flask stays in.",
            ),
        ),
    ),
    "small-change-wallet": (
        Revision(
            "2.0",
            300,
            Both(
                "硬币格加了一道折边，硬币不再从侧面溜走。",
                "The coin pocket has a folded edge, so that coins no longer slip out at the side.",
            ),
        ),
    ),
}
