// Starts the public copy of GraphiQL where ours is not built. Without it the page says what to do.
if (window.GraphiQL && window.graphqlWs) {
  const socket = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/graphql`;
  // What is typed under Headers goes with a request; a socket takes it at its beginning, so each subscription has its own.
  const fetcher = (request, options) => {
    const wsClient = graphqlWs.createClient({ url: socket, connectionParams: options?.headers });
    return GraphiQL.createFetcher({ url: "/graphql", wsClient })(request, options);
  };
  const query = `# Register, put { "authorization": "Bearer <accessToken>" } under Headers, and ask who you are.
# "make web" builds a GraphiQL with a login box that needs no internet.
query {
  viewer {
    user { username }
  }
}
`;
  const page = React.createElement(GraphiQL, { fetcher, defaultQuery: query, shouldPersistHeaders: false });
  ReactDOM.createRoot(document.getElementById("graphiql")).render(page);
}
