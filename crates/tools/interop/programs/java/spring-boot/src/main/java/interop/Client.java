package interop;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import doorward.DoorwardSignIn;
import java.nio.file.Files;
import java.nio.file.Path;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Profile;
import org.springframework.security.converter.RsaKeyConverters;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.client.endpoint.NimbusJwtClientAuthenticationParametersConverter;
import org.springframework.security.oauth2.client.endpoint.OAuth2AccessTokenResponseClient;
import org.springframework.security.oauth2.client.endpoint.OAuth2AuthorizationCodeGrantRequest;
import org.springframework.security.oauth2.client.endpoint.RestClientAuthorizationCodeTokenResponseClient;
import org.springframework.security.oauth2.core.oidc.user.OidcUser;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.util.HtmlUtils;

/** Spring's OAuth2 login; the class of the guide is outside the package that Spring scans. */
@Configuration
@Profile("client | private-key-jwt")
@Import(DoorwardSignIn.class)
class Client {
    /** The key that Spring's reference, "Authenticate using private_key_jwt", reads from a configuration. */
    @Bean
    @Profile("private-key-jwt")
    JWK key() throws Exception {
        var published = JWKSet.load(Path.of(System.getenv("JWKS_FILE")).toFile()).getKeys().get(0).toRSAKey();
        try (var pem = Files.newInputStream(Path.of(System.getenv("PRIVATE_KEY_FILE")))) {
            return new RSAKey.Builder(published).privateKey(RsaKeyConverters.pkcs8().convert(pem)).build();
        }
    }

    @Configuration
    @Profile("private-key-jwt")
    static class PrivateKeyJwt {
        // guide:begin
        @Bean
        OAuth2AccessTokenResponseClient<OAuth2AuthorizationCodeGrantRequest> tokens(JWK key) {
            var client = new RestClientAuthorizationCodeTokenResponseClient();
            client.addParametersConverter(new NimbusJwtClientAuthenticationParametersConverter<>(registration -> key));
            return client;
        }
        // guide:end
    }

    @RestController
    @Profile("client | private-key-jwt")
    static class Home {
        @GetMapping(path = "/", produces = "text/html")
        String home(@AuthenticationPrincipal OidcUser user, CsrfToken csrf) {
            if (user == null) {
                return "<!doctype html><title>Spring Boot</title><a href=\"/oauth2/authorization/doorward\">Sign in</a>";
            }
            return """
                <!doctype html><title>Spring Boot</title><p id="name">%s</p><p id="email">%s</p>
                <form method="post" action="/logout"><input type="hidden" name="%s" value="%s"><button>Sign out</button></form>
                """.formatted(
                    HtmlUtils.htmlEscape(String.valueOf(user.getFullName())),
                    HtmlUtils.htmlEscape(String.valueOf(user.getEmail())),
                    csrf.getParameterName(), csrf.getToken());
        }
    }
}
