"""Payment providers on loopback: they speak the real protocols with keys made for the test."""

from tests.payments.peers.alipay import AlipayPeer
from tests.payments.peers.play import PlayPeer
from tests.payments.peers.stripe import StripePeer
from tests.payments.peers.wechat import WechatPeer

PEERS = {"stripe": StripePeer, "alipay": AlipayPeer, "wechat": WechatPeer, "sandbox": PlayPeer}

__all__ = ["PEERS", "AlipayPeer", "PlayPeer", "StripePeer", "WechatPeer"]
