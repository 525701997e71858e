"""`make screens`: pictures of every page of a company at work, for people to look at, and what is wrong with them."""
