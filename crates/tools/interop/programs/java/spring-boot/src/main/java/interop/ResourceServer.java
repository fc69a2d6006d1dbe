package interop;

import doorward.DoorwardTokens;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Profile;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Spring's resource server: as Boot configures it, or with a decoder for the tokens of RFC 9068. */
@Configuration
@Profile("resource-server | resource-server-at-jwt")
class ResourceServer {
    /** Spring's reference, "Validating RFC 9068 Access Tokens". */
    @Configuration
    @Profile("resource-server-at-jwt")
    @Import(DoorwardTokens.class)
    static class AtJwt {}

    @RestController
    @Profile("resource-server | resource-server-at-jwt")
    static class Api {
        @GetMapping("/")
        String subject(@AuthenticationPrincipal Jwt token) {
            return token.getSubject();
        }
    }
}
