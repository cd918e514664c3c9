"""Privacy notice: a draft to begin with."""

ZH = """
这里写的是：关于你，我们存了什么、为什么存、存多久，以及你能做什么。

# 谁在负责
<company>。关于隐私的任何问题，请写信到 <contact>。

# 我们存了什么
- 账号：你的称呼、邮箱或手机号；设了密码的话，存的是无法还原的密文。
- 你自己填的：头像、简介、城市或地区、生日、性别、兴趣。都可以不填，谁能看见由你定。
- 你发的：故事、照片、评论、点赞。照片里相机记下的时间、地点等信息，在别人看到之前就已经去掉。
- 登录：在哪台设备上、什么时候、从哪个网络地址登录，让你自己能查看、能退出。
- 你从哪里来：如果你扫了门店、包裹或广告上的码，我们会记下是哪一个。
- 你同意过什么：哪份文件、第几版、什么时候、在哪里点的。
- 我们给你发过什么：通知、邮件和短信的记录，这样不会打扰太多。

# 我们不做什么
- 没有别家的统计、广告或追踪代码；页面上的一切都从我们自己的服务器来。
- 不卖你的资料，也不拿去换东西。
- 没有你的同意，不发宣传。

# Cookie
只有必要的几个：登录、语言、深浅色、你从哪个码来（30 天）。

# 谁能看见
- 你公开的内容，所有人都能看见。邮箱和手机号只有你自己和少数有权限的工作人员能看见。
- 发邮件、发短信、存放数据的服务商，只为我们做这些事：【服务商名单与服务器所在地】。
- 法律要求时，我们会依法提供。

# 存多久
- 账号在，资料就在。注销 7 天后清除，页面上只剩“已离开的朋友”。会留下的只有：不再给别人的会员编号、加入和离开的日期，以及不写名字的流水记录。
- 我们发给你的邮件，内容存 7 天，发过这件事存 30 天；短信存 30 天；收件箱里的消息存一年。
- 很久不用的登录会自动失效并删除。验证码、临时保存的文字，几天内删除。
- 订单等法律要求留存的记录，按法律规定的时间保存，但不再和你这个人连在一起。

# 你能做什么
- 在“我的”里随时查看、修改；“我的资料”列出我们存了什么、存多久。
- 带走全部资料：一个压缩包，里面有文字和照片。
- 撤回同意、退订邮件：一下就好。
- 注销账号，让我们忘记你。
- 对我们的做法不满意，可以向监管部门投诉。

# 未成年人
未满 <age> 周岁请不要注册。如果我们发现了，会删除账号。
"""

EN = """
What we keep about you, why, for how long, and what you can do about it.

# Who answers for it
<company>. For any question about privacy write to <contact>.

# What we keep
- Your account: what we call you, your e-mail address or phone number and, if you chose a password, a digest that cannot be turned back.
- What you tell of yourself: a picture, a few words, city or region, birthday, gender, interests. All of it is optional, and you decide who sees it.
- What you post: stories, photos, comments, likes. What the camera noted about time and place is removed before anybody else sees a photo.
- Signing in: on which device, when and from which network address, so that you can look and sign out.
- Where you came from: if you opened a code from a shop, a parcel or an advert, we note which one.
- What you agreed to: which text, in which version, when and where.
- What we sent you: notes of messages, mail and texts, so that they do not become too many.

# What we do not do
- No counters, adverts or trackers of others: everything on these pages comes from our own server.
- We do not sell your data, nor trade with it.
- Without your consent we send no advertising.

# Cookies
Only the few that are needed: signing in, language, light or dark, and which code brought you (30 days).

# Who can see it
- What you publish can be seen by everyone. Your address and number are seen by you and by the few staff who need them.
- Companies that carry our mail and texts and keep our data do only that for us: [their names, and where the servers stand].
- Authorities, where the law demands it.

# How long
- As long as you have an account. Seven days after you close it your data is erased; pages then say “Somebody who left”. What remains is a member number that nobody gets again, the days you came and left, and lines of ledgers that name nobody.
- What our mail to you said for 7 days, that we sent it for 30; text messages for 30 days; messages in your inbox for a year.
- Sign-ins that were not used for long end and are deleted. Codes and texts kept for a moment go within days.
- Records that the law makes us keep, such as orders, stay as long as it says, without your name on them.

# What you can do
- See and change it under “Me” at any time; “My data” there lists what we keep and for how long.
- Take all of it along: one archive with your words and photos.
- Take consents back and stop our mail, with one tap.
- Close your account and have us forget you.
- Complain to the authority for data protection if you do not like what we do.

# Children
Please do not join if you are younger than <age>. If we find out, we delete the account.
"""
