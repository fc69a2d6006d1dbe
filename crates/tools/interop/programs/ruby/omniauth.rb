# Signs a user in with OmniAuth and its strategy for OpenID Connect, as Debian packages both. Sinatra takes the place of
# Rails: the printed initializer configures it.
require "cgi"
require "sinatra/base"
require "omniauth_openid_connect"

class App < Sinatra::Base
  set :environment, :production
  set :server, :webrick
  set :bind, "127.0.0.1"
  set :port, Integer(ENV.fetch("PORT"))
  enable :sessions

  get "/" do
    user = session[:user]
    next "<p>#{CGI.escape_html(user)}</p><a href='/logout'>Sign out</a>" if user

    token = Rack::Protection::AuthenticityToken.token(env["rack.session"])
    "<form method='post' action='/auth/openid_connect'>" \
      "<input type='hidden' name='authenticity_token' value='#{token}'><button>Sign in</button></form>"
  end

  get "/auth/openid_connect/callback" do
    info = env.fetch("omniauth.auth").info
    session[:user] = "#{info.name} #{info.email}"
    redirect "/"
  end

  get "/auth/failure" do
    halt 401, "<p>#{CGI.escape_html(params.inspect)}</p>"
  end

  get "/logout" do
    session.clear
    redirect DOORWARD_SIGN_OUT
  end
end

module Rails
  Middleware = Struct.new(:middleware)
  Application = Struct.new(:config)

  def self.application
    Application.new(Middleware.new(App))
  end
end

load File.join(ENV.fetch("WORK_DIRECTORY"), "omniauth.rb")
App.run!
