"""Django's password hashers with little work, so that a test can make a thousand hashes."""

from django.contrib.auth import hashers


class Pbkdf2Sha256(hashers.PBKDF2PasswordHasher):
    iterations = 2_000


class Pbkdf2Sha1(hashers.PBKDF2SHA1PasswordHasher):
    iterations = 2_000


class Argon2(hashers.Argon2PasswordHasher):
    time_cost, memory_cost, parallelism = 1, 1024, 2


class BcryptSha256(hashers.BCryptSHA256PasswordHasher):
    rounds = 4


class Scrypt(hashers.ScryptPasswordHasher):
    work_factor, parallelism = 1024, 2
