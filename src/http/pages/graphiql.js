// Starts the copy of GraphiQL from unpkg.com. If it did not load, the page shows how to build one.
if (window.GraphiQL && window.graphqlWs) {
  const socket = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/graphql`;
  // Requests send the headers from the Headers tab. A socket sends them once, when it opens, so each subscription opens
  // its own.
  const fetcher = (request, options) => {
    const wsClient = graphqlWs.createClient({ url: socket, connectionParams: options?.headers });
    return GraphiQL.createFetcher({ url: "/graphql", wsClient })(request, options);
  };
  const query = `# Register, enter { "authorization": "Bearer <accessToken>" } in the Headers tab, and query your account.
# "make web" builds a GraphiQL with a login form that works offline.
query {
  viewer {
    user { username }
  }
}
`;
  const page = React.createElement(GraphiQL, { fetcher, defaultQuery: query, shouldPersistHeaders: false });
  ReactDOM.createRoot(document.getElementById("graphiql")).render(page);
}
