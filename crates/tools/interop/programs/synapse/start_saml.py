"""Starts Synapse with SAML instead of OpenID Connect."""

import os
import runpy
from pathlib import Path

directory = Path(os.environ["WORK_DIRECTORY"])
(directory / "homeserver.yaml").write_text(
    f"""
public_baseurl: {os.environ["BASE_URL"]}/
saml2_config:
  sp_config:
    metadata:
      local: ["{directory}/idp.xml"]
  user_mapping_provider:
    config:
      mxid_source_attribute: uid
"""
)
runpy.run_path(str(Path(__file__).with_name("start.py")))
