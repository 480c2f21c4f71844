// An OAuth server that nobody here wrote (oidc-provider), set up like Zoom's: its paths, a public
// client, PKCE, rotating refresh tokens. Prints one line of JSON once it listens on 127.0.0.1.

import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const HOST = '127.0.0.1';
const CLIENT_ID = 'public-client';
const TOKEN_LIFETIME_S = 3600;
const SCOPES = 'user:read:user meeting:read:meeting';

function configuration() {
  return {
    clients: [
      {
        client_id: CLIENT_ID,
        application_type: 'native', // RFC 8252: any port of a loopback redirect will do
        token_endpoint_auth_method: 'none',
        redirect_uris: [`http://${HOST}/callback`],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
      },
    ],
    scopes: SCOPES.split(' '),
    routes: {
      authorization: '/oauth/authorize',
      token: '/oauth/token',
      revocation: '/oauth/revoke',
    },
    pkce: { methods: ['S256'], required: () => true },
    features: { revocation: { enabled: true } },
    issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: true,
    ttl: { AccessToken: TOKEN_LIFETIME_S, RefreshToken: 24 * TOKEN_LIFETIME_S },
    cookies: { keys: ['only for the tests'] },
  };
}

// Zoom fixes an app's scopes when the app is made: programs ask for none.
async function withScopes(ctx, next) {
  if (ctx.path === '/oauth/authorize') ctx.query = { scope: SCOPES, ...ctx.query };
  return next();
}

// The one call of Zoom's own that a sign-in ends with: who is it?
function whoAmI(provider) {
  return async (ctx, next) => {
    if (ctx.path !== '/v2/users/me') return next();
    const bearer = (ctx.get('authorization') || '').replace(/^Bearer /, '');
    const token = await provider.AccessToken.find(bearer);
    ctx.status = token ? 200 : 401;
    ctx.body = token
      ? { id: token.accountId, email: `${token.accountId}@example.com`, display_name: 'Olive Owner' }
      : { code: 124, message: 'Invalid access token.' };
    return undefined;
  };
}

const server = createServer();
server.listen(0, HOST, () => {
  const origin = `http://${HOST}:${server.address().port}`;
  const provider = new Provider(origin, configuration());
  provider.use(withScopes);
  provider.use(whoAmI(provider));
  server.on('request', provider.callback());
  console.log(JSON.stringify({ origin, client_id: CLIENT_ID }));
});
