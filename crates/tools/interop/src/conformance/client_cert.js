// Passes the client's certificate on without its PEM armor (RFC 9440, docs/guides/mutual-tls.md).
function field(r) {
    const pem = r.variables.ssl_client_raw_cert;
    return pem ? ':' + pem.replace(/-----[^-]+-----|\s/g, '') + ':' : '';
}
export default { field };
