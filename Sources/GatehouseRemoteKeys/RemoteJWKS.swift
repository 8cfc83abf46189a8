// Everything in this module stands behind the package trait RemoteJWKS: without it the module is empty and async-http-client is not built.
