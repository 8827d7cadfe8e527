export const chartsCommand = {};
