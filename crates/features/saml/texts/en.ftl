### Sign-out of SAML.

saml-signed-out-text = These applications did not answer. Sign out there, or close the browser.
saml-signed-out-back = Continue
