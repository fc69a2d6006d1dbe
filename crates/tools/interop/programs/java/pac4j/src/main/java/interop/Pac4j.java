package interop;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.EnumSet;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.pac4j.core.profile.ProfileManager;
import org.pac4j.jee.context.JEEContext;
import org.pac4j.jee.context.session.JEESessionStore;
import org.pac4j.jee.filter.CallbackFilter;
import org.pac4j.jee.filter.SecurityFilter;
import org.pac4j.oidc.client.OidcClient;
import org.pac4j.oidc.config.OidcConfiguration;
import org.pac4j.oidc.config.PrivateKeyJWTClientAuthnMethodConfig;
import org.pac4j.oidc.profile.OidcProfile;

/** Signs a user in with pac4j-oidc and the three filters of jakartaee-pac4j, in an embedded Jetty. */
public final class Pac4j {
    public static void main(String[] arguments) throws Exception {
        var oidc = Doorward.client();
        if (System.getenv("PRIVATE_KEY_FILE") != null) {
            usePrivateKeyJwt(oidc);
        }
        var config = Doorward.config(oidc);
        var context = new ServletContextHandler(ServletContextHandler.SESSIONS);
        add(context, "/login", new SecurityFilter(config, "OidcClient"));
        add(context, "/callback", new CallbackFilter(config, "/"));
        add(context, "/logout", Doorward.logout(config));
        context.addServlet(new ServletHolder(new Home()), "/");

        var server = new Server();
        var connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        connector.setPort(Integer.parseInt(System.getenv("PORT")));
        server.addConnector(connector);
        server.setHandler(context);
        server.start();
        server.join();
    }

    private static void add(ServletContextHandler context, String path, Filter filter) {
        context.addFilter(new FilterHolder(filter), path, EnumSet.of(DispatcherType.REQUEST));
    }

    /** Reads the private key (PKCS #8 in PEM) and the `kid` under which its public key is published. */
    private static void usePrivateKeyJwt(OidcConfiguration oidc) throws Exception {
        var pem = Files.readString(Path.of(System.getenv("PRIVATE_KEY_FILE"))).replaceAll("-----[A-Z ]+-----", "");
        var encoded = new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem));
        var published = JWKSet.load(Path.of(System.getenv("JWKS_FILE")).toFile()).getKeys().get(0);
        var privateKey = KeyFactory.getInstance("RSA").generatePrivate(encoded);
        var keyId = published.getKeyID();
        oidc.setSecret(null);
        // guide:begin
        oidc.setClientAuthenticationMethod(ClientAuthenticationMethod.PRIVATE_KEY_JWT);
        oidc.setPrivateKeyJWTClientAuthnMethodConfig(
            new PrivateKeyJWTClientAuthnMethodConfig(JWSAlgorithm.RS256, privateKey, keyId));
        // guide:end
    }

    /** The home page; `/login` comes here once the filter has a profile. */
    private static final class Home extends HttpServlet {
        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            var manager = new ProfileManager(new JEEContext(request, response), new JEESessionStore());
            var profile = manager.getProfile(OidcProfile.class);
            response.setContentType("text/html; charset=utf-8");
            response.getWriter().println(profile.isEmpty()
                ? "<!doctype html><title>pac4j</title><a href=\"/login\">Sign in</a>"
                : "<!doctype html><title>pac4j</title><p id=\"name\">%s</p><p id=\"email\">%s</p><a href=\"/logout\">Sign out</a>"
                    .formatted(profile.get().getDisplayName(), profile.get().getEmail()));
        }
    }
}
