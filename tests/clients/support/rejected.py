"""Sends the same body many times, as Python's standard library does, and prints how often each answer came.

Usage: rejected.py URL ATTEMPTS TYPE [TOKEN], with the body on the standard input.
"""

import collections
import json
import sys
import urllib.error
import urllib.request

url, attempts, content_type, *token = sys.argv[1:]
body = sys.stdin.buffer.read()
headers = {"content-type": content_type, "graphql-require-preflight": "1"}
if token:
    headers["authorization"] = f"Bearer {token[0]}"

outcomes = collections.Counter()
for _ in range(int(attempts)):
    try:
        urllib.request.urlopen(urllib.request.Request(url, data=body, headers=headers))
        outcomes["accepted"] += 1
    except urllib.error.HTTPError as answer:
        errors = json.load(answer)["errors"]
        outcomes[f"{answer.code} {errors[0]['extensions']['code']}"] += 1
    except OSError as cause:
        outcomes[repr(cause)] += 1
print(json.dumps(outcomes))
