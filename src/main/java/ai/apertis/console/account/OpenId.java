package ai.apertis.console.account;

import ai.apertis.config.OidcConfig;
import ai.apertis.config.Secret;
import ai.apertis.people.Identities.Identity;
import ai.apertis.people.Tokens;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.oauth2.OAuth2Auth;
import io.vertx.ext.auth.oauth2.OAuth2AuthorizationURL;
import io.vertx.ext.auth.oauth2.OAuth2FlowType;
import io.vertx.ext.auth.oauth2.OAuth2Options;
import io.vertx.ext.auth.oauth2.Oauth2Credentials;
import io.vertx.ext.auth.oauth2.providers.OpenIDConnectAuth;
import java.net.URI;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asks an OpenID provider who somebody is: code flow with PKCE, state and nonce (OpenID Connect Core 1.0, section 3.1; RFC 7636).
 * The three are derived from one secret that only the browser has which began, so that nothing is kept here meanwhile. What the
 * provider is, it is asked when somebody first logs in with it; when it does not answer, only they are told.
 */
final class OpenId {
    private static final int CONNECT_MILLIS = 5_000;
    private static final int ANSWER_SECONDS = 10;
    private static final long LEEWAY_SECONDS = 30;

    private final Vertx vertx;
    private final OidcConfig config;
    private final URI back;
    private final InstantSource clock;
    private @Nullable Future<OAuth2Auth> found;

    /** Somebody is not who the provider was asked for, or it does not answer as it must. For the log, not for people. */
    static final class Unproven extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unproven(String message) {
            super(message, null, false, false);
        }
    }

    OpenId(Vertx vertx, OidcConfig config, URI back, InstantSource clock) {
        this.vertx = vertx;
        this.config = config;
        this.back = back;
        this.clock = clock;
    }

    /** Where to send a browser that keeps this secret. */
    Future<String> begin(String secret) {
        return provider()
                .map(provider -> provider.authorizeURL(new OAuth2AuthorizationURL()
                        .setRedirectUri(back.toString())
                        .setScopes(config.scopes())
                        .setState(Tokens.derived(secret, "state"))
                        .setCodeChallenge(Tokens.challenge(verifier(secret)))
                        .setCodeChallengeMethod("S256")
                        .putAdditionalParameter("nonce", Tokens.derived(secret, "nonce"))));
    }

    /** Whether a state is that of a secret. Compares in constant time. */
    static boolean ours(String secret, String state) {
        return Tokens.same(Tokens.derived(secret, "state"), state);
    }

    /** Exchanges a code for what the provider says of somebody. Fails with {@link Unproven} or with what went wrong on the way. */
    Future<Identity> finish(String secret, String code) {
        return provider()
                .compose(provider -> provider.authenticate(new Oauth2Credentials()
                        .setFlow(OAuth2FlowType.AUTH_CODE)
                        .setCode(code)
                        .setRedirectUri(back.toString())
                        .setCodeVerifier(verifier(secret))))
                .timeout(ANSWER_SECONDS, TimeUnit.SECONDS)
                .map(user -> {
                    // Only there when its signature, issuer and audience were found to be right.
                    JsonObject token = user.attributes().getJsonObject("idToken");
                    if (token == null) {
                        throw new Unproven("the id token is missing, or its signature, issuer or audience is wrong");
                    }
                    return identity(token, Tokens.derived(secret, "nonce"));
                });
    }

    /**
     * The list of OpenID Connect Core 1.0, section 3.1.3.7, again where the library takes less than that: it knows no nonce, and
     * lets a token pass that has no audience or an empty one.
     */
    private Identity identity(JsonObject token, String nonce) {
        long now = clock.millis() / 1_000;
        check(slashless(text(token, "iss")).equals(config.issuer().toString()), "another issuer");
        check(isFor(token.getValue("aud"), text(token, "azp")), "another audience");
        check(seconds(token, "exp", 0) + LEEWAY_SECONDS > now, "expired");
        check(seconds(token, "iat", Long.MAX_VALUE) - LEEWAY_SECONDS <= now, "of the future");
        check(Tokens.same(nonce, text(token, "nonce")), "another nonce");
        check(!text(token, "sub").isEmpty(), "nobody's");
        return new Identity(
                config.issuer().toString(),
                text(token, "sub"),
                text(token, "email"),
                // Some write it as a text.
                "true".equals(String.valueOf(token.getValue("email_verified"))),
                text(token, "preferred_username"));
    }

    private boolean isFor(@Nullable Object audience, String party) {
        boolean several = audience instanceof JsonArray all && all.size() > 1;
        boolean named = audience instanceof JsonArray all
                ? all.contains(config.clientId())
                : config.clientId().equals(audience);
        return named && (party.equals(config.clientId()) || (party.isEmpty() && !several));
    }

    private static String text(JsonObject token, String claim) {
        return token.getValue(claim) instanceof String text ? text : "";
    }

    private static long seconds(JsonObject token, String claim, long fallback) {
        return token.getValue(claim) instanceof Number number ? number.longValue() : fallback;
    }

    private static void check(boolean right, String what) {
        if (!right) {
            throw new Unproven("the id token is not to be accepted: " + what);
        }
    }

    private static String verifier(String secret) {
        return Tokens.derived(secret, "verifier");
    }

    private static String slashless(String url) {
        return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    }

    /** Found once, for all who ask at the same time; asked for again after it failed. */
    private Future<OAuth2Auth> provider() {
        Context here = vertx.getOrCreateContext();
        Promise<OAuth2Auth> known = Promise.promise();
        discovered().onComplete(done -> here.runOnContext(then -> known.handle(done)));
        return known.future();
    }

    private synchronized Future<OAuth2Auth> discovered() {
        if (found == null || found.failed()) {
            OAuth2Options options = new OAuth2Options()
                    .setSite(config.issuer().toString())
                    .setClientId(config.clientId())
                    .setClientSecret(config.clientSecret().map(Secret::value).orElse(null))
                    .setHttpClientOptions(new HttpClientOptions()
                            .setConnectTimeout(CONNECT_MILLIS)
                            .setIdleTimeout(ANSWER_SECONDS));
            found = OpenIDConnectAuth.discover(vertx, options)
                    .timeout(ANSWER_SECONDS, TimeUnit.SECONDS)
                    .map(provider -> {
                        if (options.getAuthorizationPath() == null
                                || options.getTokenPath() == null
                                || options.getJwkPath() == null) {
                            throw new Unproven("the provider does not tell all of its addresses");
                        }
                        // It signs with a new key: whoever comes next finds it known.
                        return provider.missingKeyHandler(key -> provider.jWKSet());
                    });
        }
        return found;
    }
}
