"""Verifies the signatures of responses and of their assertions: verify.py CERTIFICATE FILE..."""

import sys
from pathlib import Path

from lxml import etree
from signxml import XMLVerifier

SAML = "{urn:oasis:names:tc:SAML:2.0:assertion}Assertion"
certificate = Path(sys.argv[1]).read_text()
for name in sys.argv[2:]:
    response = etree.parse(name).getroot()
    for element in [response, response.find(SAML)]:
        # As a document of its own, whose signature is its child.
        alone = etree.fromstring(etree.tostring(element, with_tail=False))
        verified = XMLVerifier().verify(alone, x509_cert=certificate, id_attribute="ID")
        assert verified.signed_xml.get("ID") == element.get("ID"), name
