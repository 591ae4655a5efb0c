export const isMysqlUrl = (databaseUrl: string): boolean => /^(mysql|mariadb):/i.test(databaseUrl);
