"""What the brand's people answer where the story's own text brings no answer: short, kind, never the same twice in a row."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle

ANSWERS_ZH = (
    "收到啦。这一段我们读了两遍，谢谢你写下来。",
    "把它养得真好，皮面上的光是你背出来的。",
    "谢谢你带它出门。边油要是开了，随时寄回来，我们补。",
    "工坊里的人都围过来看了这张照片，孙师傅说：背得对。",
    "这只包遇到你，是它的好运气。",
    "下次路过店里，让我们看看它现在的样子。",
    "写得真好，我们念给裁皮的同事听了。",
    "那天的你，一定走得很稳。谢谢分享。",
    "划痕不用遮，那是它记得的路。",
    "给你和它都倒一杯茶。",
    "肩带调短一格会更省力，下次来我们帮你打孔。",
    "看到这里，我们都想请半天假出门走走。",
    "谢谢，今天的早会就从你这一段开始的。",
    "替缝这只包的阿姨说一声：她看到了，很高兴。",
    "这样的日子，就是我们想把包做结实一点的原因。",
    "收好这一刻。等它旧一点，再来讲给我们听。",
    "我们记下来了：原来还能这么装。",
    "照片里的光真好，像你写的一样。",
    "辛苦了。回家先把包倒空，让它也歇一晚。",
    "读完想给家里打个电话。谢谢你。",
    "它要是会说话，大概也会这么讲。",
    "扣子如果松了别硬拧，店里三分钟就好，不收钱。",
    "留着这一页。明年的今天，我们提醒你回来看看。",
    "每一个故事我们都读，这一个读得慢一些。",
)
ANSWERS_EN = (
    "We read this one out loud in the workshop. Thank you for writing it down.",
    "The shine on the leather is yours: nobody but you could have put it there.",
    "If an edge ever opens, send it home and we will close it.",
    "The woman who sewed this bag has seen your photo. She went back to her bench smiling.",
    "Scratches are only the road it remembers. We would not hide them either.",
    "Next time you pass the shop, let us see how it looks now.",
    "This is exactly why we make them a little stronger than they need to be.",
    "One hole shorter and it will sit easier on the shoulder; we do that for free.",
    "We started our morning meeting with your story.",
    "Now half of us want the afternoon off to go for a walk.",
    "Keep this page. We will remind you of it in a year.",
    "We read all of them. This one we read slowly.",
    "Empty it tonight and let it rest; it has earned that, and so have you.",
    "Noted: so that also fits inside.",
)


def short_answers(tongue: str) -> Iterator[str]:
    """An endless supply in one language, in an order that does not show."""
    supply = ANSWERS_ZH if tongue == "zh_CN" else ANSWERS_EN
    return cycle(supply)
