"""Terms of use: a draft to begin with."""

ZH = """
这份约定说的是：你和<brand>在这个会员小站里，各自答应什么。我们尽量写得短，写得明白。

# 我们是谁
这个小站由<company>运营。有事请写信到 <contact>，会有人读，也会有人回。

# 加入
- 年满 <age> 周岁就可以加入，不收费。
- 一个人一个账号。会员号发出去就是你的，不会再给别人。
- 账号请自己保管好。发现有人替你登录，可以在“密码和设备”里让别的设备退出，并马上告诉我们。

# 你写下的，还是你的
- 文字和照片的权利一直属于你。你只是允许我们在这个小站里把它们展示出来、按屏幕大小处理、让人搜得到。
- 我们想把你的照片用在别处（转发、商品页、印刷、广告）时，会一张一张地问你。你不点头，我们就不用；点了头，也可以收回。
- 请只发你有权发的东西：自己拍的照片、自己写的话，照片里的人也同意。

# 我们会做什么
- 新会员的头几个故事，会有人先看过再上墙。别的内容也可能因为举报被收起来，我们会说明原因，你可以改了再发。
- 违反家规的内容会被取下。多次或严重违反的，账号会停用一段时间，或者一直停用。
- 给故事、评价的奖励，与你说好说坏无关。

# 我们不保证什么
我们认真维护，也会备份，但不能保证小站时时都在线。重要的照片请自己也留一份。

# 想离开的时候
你随时可以带走自己的资料，也随时可以注销账号。注销之后有 7 天可以反悔，然后资料会被清除。

# 约定有变时
新的版本会写明改了什么，并请你再确认一次。旧的版本一直可以查到。
"""

EN = """
This is what you and <brand> promise each other on this member site. We keep it short and plain.

# Who we are
This site is run by <company>. Write to <contact>: somebody reads it, and somebody answers.

# Joining
- Whoever is <age> or older may join. It costs nothing.
- One person, one account. Your member number is yours and is never given to anybody else.
- Please look after your account. If somebody signs in as you, sign out your other devices under “Password and devices” and tell us at once.

# What you write stays yours
- The rights to your words and photos remain with you. You only allow us to show them on this site, to fit them to screens and to let people find them.
- If we would like to use a photo of yours elsewhere (repost, shop page, print, adverts), we ask for each photo. Without your yes we do not use it, and a yes can be taken back.
- Please post only what is yours to post: photos you took, words you wrote, and people who agreed to be in the picture.

# What we do
- A person reads the first stories of new members before they go on the wall. Other things may be taken down after a report. We say why, and you can change them and send them again.
- What breaks the house rules is taken down. Whoever breaks them often or badly loses their account for a time, or for good.
- Rewards for stories and reviews are the same whatever you say.

# What we cannot promise
We look after this site and keep copies, but it may be out of reach at times. Keep your important photos somewhere else too.

# When you want to leave
You can take your data along at any time, and close your account at any time. You have 7 days to change your mind; then your data is erased.

# When these terms change
A new version says what changed and asks you once more. The old versions stay readable.
"""
