### Sites behind a proxy.
