package interop;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtValidators;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Spring's resource server: as Boot configures it, or with a decoder for the tokens of RFC 9068. */
@Configuration
@Profile("resource-server | resource-server-at-jwt")
class ResourceServer {
    /** Spring's reference, "Validating RFC 9068 Access Tokens". */
    @Configuration
    @Profile("resource-server-at-jwt")
    static class AtJwt {
        // guide:begin
        @Bean
        JwtDecoder decoder(
                @Value("${ISSUER}") String issuer,
                @Value("${AUDIENCE}") String audience,
                @Value("${CLIENT_ID}") String client) {
            var decoder = NimbusJwtDecoder.withIssuerLocation(issuer).validateType(false).build();
            decoder.setJwtValidator(
                JwtValidators.createAtJwtValidator().issuer(issuer).audience(audience).clientId(client).build());
            return decoder;
        }
        // guide:end
    }

    @RestController
    @Profile("resource-server | resource-server-at-jwt")
    static class Api {
        @GetMapping("/")
        String subject(@AuthenticationPrincipal Jwt token) {
            return token.getSubject();
        }
    }
}
