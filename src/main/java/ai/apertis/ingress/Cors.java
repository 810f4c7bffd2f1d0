package ai.apertis.ingress;

import io.vertx.core.http.HttpMethod;
import java.util.Set;

/** What a browser may send and read: every header that the SDKs and this gateway use. */
final class Cors {
    static final Set<HttpMethod> METHODS =
            Set.of(HttpMethod.GET, HttpMethod.POST, HttpMethod.DELETE, HttpMethod.PATCH, HttpMethod.OPTIONS);

    static final Set<String> REQUEST_HEADERS = Set.of(
            "authorization",
            "content-type",
            "x-api-key",
            "x-goog-api-key",
            "x-goog-api-client",
            "anthropic-version",
            "anthropic-beta",
            "anthropic-dangerous-direct-browser-access",
            "openai-organization",
            "openai-project",
            "openai-beta",
            "x-request-id",
            "idempotency-key",
            "x-timeout",
            "x-stainless-arch",
            "x-stainless-lang",
            "x-stainless-os",
            "x-stainless-package-version",
            "x-stainless-retry-count",
            "x-stainless-runtime",
            "x-stainless-runtime-version",
            "x-stainless-timeout",
            "x-stainless-helper-method",
            "http-referer",
            "x-title",
            "x-context-compression",
            "x-compression-threshold",
            "x-compression-keep-turns",
            "x-compression-model",
            "x-apertis-cache",
            "x-apertis-max-tokens-cap",
            "x-apertis-include-cost");

    static final Set<String> RESPONSE_HEADERS = Set.of(
            "x-request-id",
            "request-id",
            "retry-after",
            "x-ratelimit-limit",
            "x-ratelimit-remaining",
            "x-ratelimit-reset",
            "x-apertis-cost-usd",
            "x-apertis-remaining-usd",
            "x-apertis-max-tokens-capped",
            "x-apertis-tokens-estimated",
            "x-apertis-hedged",
            "x-apertis-hedge-cost-usd",
            "x-apertis-hedge-payer",
            "x-apertis-continued-by",
            "x-apertis-cache",
            "x-cache-hit",
            "x-cached-tokens",
            "x-fallback-used",
            "x-fallback-from",
            "x-actual-model",
            "x-fallback-reason",
            "x-compression-applied",
            "x-compression-original-tokens",
            "x-compression-final-tokens",
            "x-compression-savings",
            "x-compression-error",
            "x-compression-message",
            "x-web-search-used",
            "x-web-search-count",
            "x-web-search-status",
            "x-timeout-attempts",
            "x-timeout-elapsed-ms");

    private Cors() {}
}
