package doorward;

// guide:begin
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtValidators;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;

/** Accepts access tokens of Doorward (RFC 9068). */
@Configuration
public class DoorwardTokens {
    @Bean
    public JwtDecoder decoder(
            @Value("${ISSUER}") String issuer,
            @Value("${AUDIENCE}") String audience,
            @Value("${CLIENT_ID}") String client) {
        var decoder = NimbusJwtDecoder.withIssuerLocation(issuer).validateType(false).build();
        decoder.setJwtValidator(
            JwtValidators.createAtJwtValidator().issuer(issuer).audience(audience).clientId(client).build());
        return decoder;
    }
}
// guide:end
