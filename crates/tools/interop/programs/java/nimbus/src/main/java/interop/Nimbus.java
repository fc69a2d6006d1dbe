package interop;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWT;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.PrivateKeyJWT;
import com.nimbusds.openid.connect.sdk.LogoutRequest;
import com.nimbusds.openid.connect.sdk.UserInfoRequest;
import com.nimbusds.openid.connect.sdk.UserInfoResponse;
import com.nimbusds.openid.connect.sdk.claims.UserInfo;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** Signs a user in with the Nimbus SDK, by the steps of its guide "OpenID Connect in Java". */
public final class Nimbus {
    private record User(UserInfo info, JWT idToken) {}

    private final Map<String, Doorward.Pending> pending = new ConcurrentHashMap<>();
    private final Map<String, User> users = new ConcurrentHashMap<>();
    private final Doorward doorward;

    private Nimbus() throws Exception {
        doorward = System.getenv("PRIVATE_KEY_FILE") == null ? new Doorward() : new WithKey();
    }

    public static void main(String[] arguments) throws Exception {
        var program = new Nimbus();
        var address = new InetSocketAddress("127.0.0.1", Integer.parseInt(System.getenv("PORT")));
        var server = HttpServer.create(address, 0);
        server.createContext("/", exchange -> {
            try {
                program.answer(exchange);
            } catch (Exception problem) {
                problem.printStackTrace();
                send(exchange, 500, problem.toString());
            } finally {
                exchange.close();
            }
        });
        server.start();
    }

    private void answer(HttpExchange exchange) throws Exception {
        switch (exchange.getRequestURI().getPath()) {
            case "/" -> home(exchange);
            case "/login" -> login(exchange);
            case "/callback" -> callback(exchange);
            case "/logout" -> logout(exchange);
            default -> send(exchange, 404, "not found");
        }
    }

    private void home(HttpExchange exchange) throws Exception {
        var user = users.get(session(exchange));
        send(exchange, 200, user == null
            ? "<!doctype html><title>Nimbus</title><a href=\"/login\">Sign in</a>"
            : "<!doctype html><title>Nimbus</title><p id=\"name\">%s</p><p id=\"email\">%s</p><a href=\"/logout\">Sign out</a>"
                .formatted(user.info().getName(), user.info().getEmailAddress()));
    }

    private void login(HttpExchange exchange) throws Exception {
        var session = UUID.randomUUID().toString();
        var checks = Doorward.begin();
        pending.put(session, checks);
        exchange.getResponseHeaders().add("Set-Cookie", "session=" + session + "; Path=/; HttpOnly");
        redirect(exchange, doorward.address(checks));
    }

    private void callback(HttpExchange exchange) throws Exception {
        var checks = pending.remove(session(exchange));
        var granted = doorward.finish(URI.create(Doorward.BASE_URL + exchange.getRequestURI()), checks);
        var claims = granted.getIDToken().getJWTClaimsSet();

        var answer = UserInfoResponse.parse(
            new UserInfoRequest(doorward.provider.getUserInfoEndpointURI(), granted.getBearerAccessToken())
                .toHTTPRequest().send());
        if (!answer.indicatesSuccess()) {
            throw new IllegalStateException(answer.toErrorResponse().getErrorObject().toString());
        }
        var info = answer.toSuccessResponse().getUserInfo();
        if (!info.getSubject().getValue().equals(claims.getSubject())) {
            throw new IllegalStateException("userinfo is about another subject");
        }
        users.put(session(exchange), new User(info, granted.getIDToken()));
        redirect(exchange, URI.create("/"));
    }

    private void logout(HttpExchange exchange) throws Exception {
        var user = users.remove(session(exchange));
        redirect(exchange, user == null
            ? URI.create("/")
            : new LogoutRequest(doorward.provider.getEndSessionEndpointURI(), user.idToken(), URI.create(Doorward.BASE_URL + "/"), null)
                .toURI());
    }

    /** The same client with a key instead of a secret. */
    private static final class WithKey extends Doorward {
        private WithKey() throws Exception {}

        @Override
        ClientAuthentication authentication() throws Exception {
            var pem = Files.readString(Path.of(System.getenv("PRIVATE_KEY_FILE"))).replaceAll("-----[A-Z ]+-----", "");
            var encoded = new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem));
            var key = KeyFactory.getInstance("RSA").generatePrivate(encoded);
            var published = JWKSet.load(Path.of(System.getenv("JWKS_FILE")).toFile()).getKeys().get(0);
            var keyId = published.getKeyID();
            // guide:begin
            return new PrivateKeyJWT(CLIENT, provider.getTokenEndpointURI(), JWSAlgorithm.RS256, key, keyId, null);
            // guide:end
        }
    }

    private static String session(HttpExchange exchange) {
        var cookies = exchange.getRequestHeaders().getFirst("Cookie");
        for (var cookie : cookies == null ? new String[0] : cookies.split("; *")) {
            if (cookie.startsWith("session=")) {
                return cookie.substring("session=".length());
            }
        }
        return "";
    }

    private static void redirect(HttpExchange exchange, URI target) throws Exception {
        exchange.getResponseHeaders().add("Location", target.toString());
        exchange.sendResponseHeaders(302, -1);
    }

    private static void send(HttpExchange exchange, int status, String body) throws java.io.IOException {
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "text/html; charset=utf-8");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
