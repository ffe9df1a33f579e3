"""Checks of our own, beside those that schemathesis has."""

import schemathesis

# The codes of a request that was not understood, in `src/http/problem/kinds.rs`.
NOT_UNDERSTOOD = {
    "bad_request",
    "incomplete_body",
    "invalid_body",
    "invalid_header",
    "invalid_id",
    "invalid_json",
    "invalid_query",
    "unsupported_media_type",
}
# Rules between fields, or between a field and the calendar of a time zone, which no schema can say.
BEYOND_SCHEMAS = {"starts_at", "on_sale_at", "off_sale_at"}


@schemathesis.check
def what_the_document_allows_is_understood(ctx, response, case):
    mode = getattr(getattr(case.meta, "generation", None), "mode", None)
    if mode is None or not mode.is_positive or response.status_code not in (400, 415, 422):
        return
    problem = response.json()
    if problem.get("field") in BEYOND_SCHEMAS:
        return
    assert problem["code"] not in NOT_UNDERSTOOD, f"{problem['code']}: {problem['detail']}"


@schemathesis.check
def a_5xx_is_a_503_that_says_when_to_come_back(ctx, response, case):
    if response.status_code >= 500:
        assert response.status_code == 503 and "retry-after" in response.headers


@schemathesis.check
def every_answer_names_its_request(ctx, response, case):
    names = response.headers.get("x-request-id")
    assert names, "there is no X-Request-Id"
    if response.status_code >= 400 and case.method.upper() != "HEAD":
        problem = response.json()
        # What is not ready says so in its own words.
        assert "status" in problem and problem.get("request_id", names[0]) == names[0]
