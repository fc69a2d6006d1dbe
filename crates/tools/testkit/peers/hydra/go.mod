module doorward.example/peers/hydra

go 1.24.0

tool github.com/ory/hydra/v2

require github.com/ory/hydra/v2 v2.3.0

// As in the module itself, whose replacements count only there.
replace github.com/gobuffalo/pop/v6 => github.com/ory/pop/v6 v6.2.1-0.20241121111754-e5dfc0f3344b
