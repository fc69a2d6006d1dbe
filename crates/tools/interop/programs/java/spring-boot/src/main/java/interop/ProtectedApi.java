package interop;

import static org.springframework.security.authorization.AuthorityAuthorizationManager.hasAuthority;
import static org.springframework.security.authorization.AuthorizationManagers.allOf;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;
import org.springframework.http.ResponseEntity;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtValidators;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationConverter;
import org.springframework.security.oauth2.server.resource.authentication.JwtGrantedAuthoritiesConverter;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** An API with permissions of the user, scopes of the client and step-up. */
@Configuration
@Profile("protected-api")
class ProtectedApi {
    // guide:begin
    @Bean
    JwtDecoder decoder(@Value("${ISSUER}") String issuer, @Value("${AUDIENCE}") String audience) {
        var decoder = NimbusJwtDecoder.withIssuerLocation(issuer).validateType(false).build();
        var named = new JwtClaimValidator<String>("client_id", id -> id != null && !id.isEmpty());
        // A token that is bound to a key is no bearer token (RFC 9449).
        var unbound = new JwtClaimValidator<Object>("cnf", Objects::isNull);
        // Incomplete roles or groups must not be read as "no rule forbids it".
        var whole = new JwtClaimValidator<List<String>>("overage",
            names -> names == null || List.of("entitlements", "managed_groups").containsAll(names));
        decoder.setJwtValidator(JwtValidators.createAtJwtValidator().issuer(issuer).audience(audience)
            .validators(all -> all.putAll(Map.of("client_id", named, "cnf", unbound, "overage", whole)))
            .build());
        return decoder;
    }

    @Bean
    SecurityFilterChain rules(HttpSecurity http) throws Exception {
        return http
            .authorizeHttpRequests(requests -> requests
                .requestMatchers("/report").access(
                    allOf(hasAuthority("SCOPE_tasks:read"), hasAuthority("PERMISSION_tasks:read")))
                .requestMatchers("/payments").access(
                    allOf(hasAuthority("SCOPE_tasks:write"), hasAuthority("PERMISSION_tasks:write")))
                .anyRequest().denyAll())
            .oauth2ResourceServer(server -> server.jwt(jwt -> jwt.jwtAuthenticationConverter(caller())))
            .sessionManagement(session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
            .build();
    }

    /** The scope of the client as SCOPE_…, the permissions of the user as PERMISSION_…. */
    private static JwtAuthenticationConverter caller() {
        var scopes = new JwtGrantedAuthoritiesConverter();
        var converter = new JwtAuthenticationConverter();
        converter.setJwtGrantedAuthoritiesConverter(token -> {
            var names = Objects.requireNonNullElse(token.getClaimAsStringList("entitlements"), List.<String>of());
            Stream<GrantedAuthority> permissions =
                names.stream().map(name -> new SimpleGrantedAuthority("PERMISSION_" + name));
            Collection<GrantedAuthority> granted = scopes.convert(token);
            return Stream.concat(granted.stream(), permissions).toList();
        });
        return converter;
    }
    // guide:end

    // guide:begin
    @RestController
    @Profile("protected-api")
    static class Api {
        @GetMapping("/report")
        Map<String, Object> report(@AuthenticationPrincipal Jwt token) {
            var subject = token.getSubject();
            return Map.of("subject", subject, "machine", subject.equals(token.getClaimAsString("client_id")));
        }

        @PostMapping("/payments")
        ResponseEntity<Void> pay(@AuthenticationPrincipal Jwt token) {
            requireRecent(token, Duration.ofMinutes(5));
            return ResponseEntity.noContent().build();
        }

        /** Requires a recent sign-in (RFC 9470): the application sends the user to sign in again. */
        private static void requireRecent(Jwt token, Duration most) {
            var time = token.getClaimAsInstant("auth_time");
            if (time == null || time.plus(most).isBefore(Instant.now())) {
                throw new OldSignIn(most);
            }
        }

        static class OldSignIn extends RuntimeException {
            final Duration most;

            OldSignIn(Duration most) {
                this.most = most;
            }
        }

        @ExceptionHandler
        ResponseEntity<Void> challenge(OldSignIn old) {
            var challenge = "Bearer error=\"insufficient_user_authentication\", max_age=\"%d\"";
            return ResponseEntity.status(401)
                .header("WWW-Authenticate", challenge.formatted(old.most.toSeconds()))
                .build();
        }
    }
    // guide:end
}
