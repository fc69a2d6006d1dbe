# guide:begin
import os

SECRET_KEY = os.environ.get("SECRET_KEY", "for-development-only")
ALLOWED_HOSTS = ["localhost"]
ROOT_URLCONF = "urls"

DOORWARD_ACCESS = {
    "ISSUER": os.environ["ISSUER"],
    "AUDIENCE": os.environ["AUDIENCE"],
    "ORIGIN": os.environ["BASE_URL"],
}
# guide:end
