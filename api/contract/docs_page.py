"""The page `/docs`: the contract to read and to try, from local files; nothing is fetched from elsewhere."""

from __future__ import annotations

import base64
import hashlib
import re

from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse

STATIC = "static-offline-docs"
"""The folder in which FastAPIOffline serves Swagger UI."""


def install(app: FastAPI) -> None:
    """Add the page to the application."""
    # Relative, so that the page also works behind a proxy with a path prefix.
    html = bytes(
        get_swagger_ui_html(
            openapi_url="openapi.json",
            title=app.title,
            swagger_js_url=f"{STATIC}/swagger-ui-bundle.js",
            swagger_css_url=f"{STATIC}/swagger-ui.css",
            swagger_favicon_url=f"{STATIC}/favicon.png",
            # Swagger UI would send the contract to a validator on the internet.
            swagger_ui_parameters={"validatorUrl": None},
        ).body
    )
    policy = _policy(html)

    @app.get("/docs", include_in_schema=False)
    async def docs() -> HTMLResponse:
        return HTMLResponse(html, headers={"Content-Security-Policy": policy})


def _policy(html: bytes) -> str:
    """The content security policy. Scripts: the file, and the inline lines by hash. Styles: Swagger UI sets some
    inline."""
    scripts = re.findall(rb"<script>(.*?)</script>", html, re.DOTALL)
    hashes = [f"'sha256-{base64.b64encode(hashlib.sha256(script).digest()).decode()}'" for script in scripts]
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src 'self' {' '.join(hashes)}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data:",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        ]
    )
