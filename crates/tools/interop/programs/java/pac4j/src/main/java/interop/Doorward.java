package interop;

// guide:begin
import org.pac4j.core.config.Config;
import org.pac4j.jee.filter.LogoutFilter;
import org.pac4j.oidc.client.OidcClient;
import org.pac4j.oidc.config.OidcConfiguration;

/** The configuration of pac4j for Doorward. */
public final class Doorward {
    private static final String BASE_URL = System.getenv("BASE_URL");

    private Doorward() {}

    public static OidcConfiguration client() {
        var oidc = new OidcConfiguration();
        oidc.setClientId(System.getenv("CLIENT_ID"));
        oidc.setSecret(System.getenv("CLIENT_SECRET"));
        oidc.setDiscoveryURI(System.getenv("ISSUER") + "/.well-known/openid-configuration");
        oidc.setScope("openid profile email");
        return oidc;
    }

    public static Config config(OidcConfiguration oidc) {
        return new Config(BASE_URL + "/callback", new OidcClient(oidc));
    }

    /** Signs out at the application and at Doorward. */
    public static LogoutFilter logout(Config config) {
        var logout = new LogoutFilter(config, BASE_URL + "/");
        logout.setCentralLogout(true);
        return logout;
    }
}
// guide:end
