"""Answers of pages in tests."""

from django.core.signals import request_finished
from django.db import close_old_connections
from django.http.response import HttpResponseBase


def closed(answer: HttpResponseBase) -> HttpResponseBase:
    """Close an answer, and with it its file, without ending the transaction that the test runs in."""
    request_finished.disconnect(close_old_connections)
    try:
        answer.close()
    finally:
        request_finished.connect(close_old_connections)
    return answer
