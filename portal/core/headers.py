"""Security headers on every answer: a strict content security policy without inline anything."""

from __future__ import annotations

from flask import Flask
from werkzeug.wrappers import Response

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "media-src 'self' blob:",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def allow_camera(response: Response) -> Response:
    """This page looks through the camera, and reads codes with a compiled reader of our own."""
    headers = response.headers
    headers["Content-Security-Policy"] = POLICY.replace(
        "script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'"
    )
    headers["Permissions-Policy"] = HEADERS["Permissions-Policy"].replace("camera=()", "camera=(self)")
    return response


def install(app: Flask) -> None:
    secure = app.config["PORTAL"].secure_cookies

    @app.after_request
    def add_headers(response: Response) -> Response:
        headers = response.headers
        for name, value in HEADERS.items():
            if name not in headers:
                headers[name] = value
        if secure:
            headers["Strict-Transport-Security"] = "max-age=31536000"
        if "Cache-Control" not in headers:
            headers["Cache-Control"] = "private, no-cache"
        return response
