"""A plain handler behind a function URL: the event of a request, and the response that its answer stands for (payload format 2.0)."""

import re
from base64 import b64decode, b64encode
from time import gmtime, strftime, time
from urllib.parse import parse_qsl, unquote

from .values import encode_result

_TEXT = re.compile(r"^text/|^application/(json|javascript|xml|x-www-form-urlencoded)|\+(json|xml)")


async def answer(exchange, run):
    body = await exchange.whole()
    value = await run((_event(exchange, body),), {})
    if not (isinstance(value, dict) and "statusCode" in value):
        # Without a status all that was returned is the body, a string as it is.
        text = value.encode() if isinstance(value, str) else encode_result("json", value)
        await exchange.respond(200, [("content-type", "application/json")], text)
        return
    several = value.get("multiValueHeaders") or {}
    headers = [
        (name, str(each)) for name, each in (value.get("headers") or {}).items() if name not in several
    ]
    headers += [(name, str(each)) for name, values in several.items() for each in values]
    headers += [("set-cookie", each) for each in value.get("cookies") or ()]
    if not any(name.lower() == "content-type" for name, _ in headers):
        headers.insert(0, ("content-type", "application/json"))
    text = value.get("body")
    data = b"" if text is None else text.encode() if isinstance(text, str) else encode_result("json", text)
    await exchange.respond(
        int(value["statusCode"]), headers, b64decode(data) if value.get("isBase64Encoded") else data
    )


def _event(exchange, body):
    headers, cookies = {}, []
    for name, value in exchange.headers:
        key = name.lower()
        if key == "cookie":
            cookies += re.split(r";\s*", value)
        else:
            headers[key] = headers[key] + "," + value if key in headers else value
    parameters = {}
    for name, value in parse_qsl(exchange.query, keep_blank_values=True):
        parameters[name] = parameters[name] + "," + value if name in parameters else value
    is_text = bool(_TEXT.search(headers.get("content-type", "application/json")))
    path, at = unquote(exchange.path), time()
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": exchange.query,
        **({"cookies": cookies} if cookies else {}),
        "headers": headers,
        **({"queryStringParameters": parameters} if parameters else {}),
        "requestContext": {
            "accountId": "anonymous",
            "apiId": "local",
            "domainName": headers.get("host", "localhost"),
            "domainPrefix": "local",
            "http": {
                "method": exchange.method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": exchange.client[0],
                "userAgent": headers.get("user-agent", ""),
            },
            "requestId": exchange.id,
            "routeKey": "$default",
            "stage": "$default",
            "time": strftime("%d/%b/%Y:%H:%M:%S +0000", gmtime(at)),
            "timeEpoch": int(at * 1000),
        },
        **(
            {"body": body.decode("utf-8", "replace") if is_text else b64encode(body).decode()} if body else {}
        ),
        "isBase64Encoded": bool(body) and not is_text,
    }
