resource "doorward_profile_field" "cost_center" {
  name  = "tf_cost_center"
  label = "Cost center"
}

resource "doorward_resource" "bills" {
  identifier       = "https://bills.example.com/api"
  name             = "Bills"
  access_token_ttl = 120
  token_claims     = ["roles", "groups"]
}

resource "doorward_scope" "read" {
  name        = "tf:read"
  description = "Read bills"
  resource    = doorward_resource.bills.identifier
}

resource "doorward_permission" "pay" {
  codename = "bills:pay"
  audience = doorward_resource.bills.identifier
}

# Lists without an order are written in another one than the server's.
resource "doorward_role" "support" {
  name        = "tf-support"
  permissions = ["users:read", doorward_permission.pay.codename]
}

resource "doorward_role" "empty" {
  name        = "tf-empty"
  active      = false
  description = ""
  permissions = []
}

resource "doorward_organization" "acme" {
  slug = "tf-acme"
  name = "Acme"
  branding = {
    accent      = "#0057b8"
    support_url = "https://acme.example.com/help"
  }
}

resource "doorward_group" "staff" {
  path  = "/tf-staff"
  code  = "42"
  roles = [doorward_role.support.name]
}

resource "doorward_group" "sales" {
  organization = doorward_organization.acme.slug
  path         = "/sales"
}

resource "doorward_group" "north" {
  organization = doorward_organization.acme.slug
  path         = "${doorward_group.sales.path}/north"
}

resource "doorward_client" "wiki" {
  id               = "tf-wiki"
  name             = "Wiki"
  redirect_uris    = ["https://wiki.example.com/callback"]
  scope            = [doorward_scope.read.name, "openid"]
  access_token_ttl = 300
  client_secret    = var.secret
  roles            = ["${doorward_role.support.name}@${doorward_organization.acme.slug}"]
  consent = {
    lifetime = 86400
  }
  branding = {
    name = "The wiki"
  }
}

resource "doorward_client" "spa" {
  id            = "tf-spa"
  name          = "Single page"
  kind          = "public"
  redirect_uris = ["https://spa.example.com/callback", "https://b.example.com/callback"]
}

resource "doorward_client" "key" {
  id          = "tf-key"
  name        = "With a key"
  auth_method = "private_key_jwt"
  grant_types = ["client_credentials"]
  scope       = ["tasks:read"]
  # The members of a key have another order here than in the state.
  jwks = jsonencode({
    keys = [{
      kty = "EC", use = "sig", kid = "a", crv = "P-256",
      x   = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
      y   = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    }]
  })
}

resource "doorward_custom_claim" "department" {
  id      = "tf-department"
  claim   = "department"
  outputs = ["userinfo", "id_token"]
  scope   = "profile"
  source = jsonencode({
    kind  = "constant"
    value = "sales"
  })
}

resource "doorward_identity_provider" "google" {
  id            = "tf-google"
  kind          = "google"
  client_id     = "x"
  client_secret = var.secret
}

resource "doorward_own_texts" "german" {
  client_id = doorward_client.wiki.id
  language  = "de"
  texts = {
    "login-title" = "Anmelden am Wiki"
  }
}

resource "doorward_site" "intranet" {
  name  = "tf-intranet"
  hosts = ["intranet.example.com"]
  rules = ["/* group=/tf-staff"]
  headers = {
    user = "Remote-User"
  }
  depends_on = [doorward_group.staff]
}

resource "doorward_saml_client" "payroll" {
  id        = "tf-payroll"
  name      = "Payroll"
  entity_id = "https://pay.example.com"
  acs       = ["https://pay.example.com/acs"]
  scope     = ["openid", "email"]
}
