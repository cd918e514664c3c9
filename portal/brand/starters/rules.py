"""House rules: a draft to begin with."""

ZH = """
这面墙属于每一个在上面留下故事的人。几条家规，让大家都自在。

# 请这样
- 说真话。喜欢就说喜欢，不满意也请直说，都一样欢迎。
- 晒自己的：自己拍的照片，自己用过的东西。
- 对人客气。隔着屏幕的，也是一个人。
- 拍到别人，先问一声。

# 请不要
- 骂人、歧视、威胁、骚扰。
- 发广告、刷屏、拉人去别处买东西。
- 盗用别人的照片，冒充别人，或者冒充<brand>。
- 公开别人的电话、住址这样的隐私。
- 发违法的、血腥的、色情的内容。

# 看到不对劲的
点“举报”。会有人看，处理结果会告诉你。你举报了谁，对方不会知道。

# 如果被取下了
我们会写明原因。你可以改了再发；觉得我们错了，请写信到 <contact>，另一位同事会再看一次。
"""

EN = """
This wall belongs to everyone who leaves a story on it. A few rules, so that all feel at home.

# Please do
- Be honest. If you like it, say so; if you do not, say that too. Both are welcome.
- Show what is yours: photos you took, things you used.
- Be kind. On the other side of the screen is a person.
- Ask people before you show them.

# Please do not
- Insult, threaten, harass, or look down on anybody for who they are.
- Advertise, flood the wall, or lead people elsewhere to buy.
- Use other people's photos, or pretend to be somebody else, or <brand>.
- Publish phone numbers, addresses or other private things of others.
- Post anything unlawful, cruel or pornographic.

# When something is wrong
Press “Report”. A person looks at it, and you hear what came of it. Nobody learns who reported them.

# When something of yours is taken down
We say why. You can change it and send it again; if you think we were wrong, write to <contact> and another colleague looks once more.
"""
